// Encoders for a fit: those that were asked for, and the built-in ones for the other senses of a table.

import type { Dataset, Problem, View } from '../spec/dataset.ts'
import { derivedViews } from '../spec/derived-views.ts'
import type { Encoder } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityOfView, type ViewName } from '../spec/modality.ts'
import { encoderNames, type MakeEncoderOptions, makeEncoder } from './registry.ts'

/** An encoder by name, for a view (`text.zh`) or for all views of a modality (`text`). */
export interface AskedEncoder {
  readonly sense: ViewName | ModalityName
  readonly id: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

export interface EncodersForOptions extends MakeEncoderOptions {
  /** Views or modalities. Default: all of the table. */
  senses?: readonly string[]
  asked?: readonly AskedEncoder[]
  /** What messages call the choice. */
  operation: string
}

/**
 * An encoder for each raw view among `senses`, and for those that their items hold within themselves. A view without one
 * is a problem, or an error where it was asked for by name.
 *
 * @throws TongganError `wrong-usage` for an encoder of a sense that neither the table nor its items have, `missing-peer`
 * for a sense of `senses` without one, what `makeEncoder` throws
 */
export async function encodersFor(
  { views, name }: Pick<Dataset, 'views' | 'name'>,
  { senses, asked = [], operation, ...call }: EncodersForOptions,
): Promise<{ encoders: Record<string, Encoder>; problems: Problem[] }> {
  const encoders: Record<string, Encoder> = {}
  const encoderOf = ({ name, modality, source }: View) =>
    source === 'raw' ? (encoders[name] ?? encoders[modality]) : undefined
  const ofTable = asked.filter(({ sense }) => views.some(isOf(sense)))
  for (const one of ofTable) encoders[one.sense] = await make(one, call)
  const problems: Problem[] = []
  const wanted = (view: View) => !senses || senses.some((sense) => isOf(sense)(view))
  // A sense that the table does not have may be one that its items hold.
  const isWithin = senses?.some((sense) => !views.some(isOf(sense)))
  const provide = async (view: View) => {
    if (view.source === 'npy' || encoderOf(view) || !(wanted(view) || isWithin)) return
    if (encoderNames(view.modality).length > 0)
      encoders[view.modality] = await makeEncoder(view.modality, { id: 'builtin' }, call)
    else if (!wanted(view)) return
    else if (senses) throw noEncoder(view)
    else problems.push({ view: view.name, error: noEncoder(view) })
  }
  for (const view of views) await provide(view)
  const within = derivedViews(views, encoderOf)
  const all = [...views, ...within]
  for (const one of asked) {
    if (ofTable.includes(one)) continue
    if (!within.some(isOf(one.sense))) {
      const expected = `a sense of ${name} (${all.map((view) => view.name).join(', ')})`
      throw new TongganError('wrong-usage', { operation, expected, received: one.sense })
    }
    encoders[one.sense] = await make(one, call)
  }
  for (const view of within) if (wanted(view)) await provide(view)
  return { encoders, problems }
}

function isOf(sense: string): (view: View) => boolean {
  return ({ name, modality }) => name === sense || modality === sense
}

/** @param sense of the table or within its items, so that it has a modality */
function make({ sense, id, parameters }: AskedEncoder, call: MakeEncoderOptions): Promise<Encoder> {
  return makeEncoder(modalityOfView(sense)!, { id, parameters }, call)
}

function noEncoder({ name, modality }: View): TongganError {
  return new TongganError('missing-peer', {
    operation: `encode ${name}`,
    expected: `an encoder for ${modality}`,
    received: 'none: none is built in',
    remedy: 'give precomputed features (features:PATH#ROW), or leave the sense out',
  })
}
