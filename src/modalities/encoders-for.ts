// Encoders for a fit: those that were asked for, and the built-in ones for the other senses of a table.

import type { Dataset, Problem, View } from '../spec/dataset.ts'
import type { Encoder } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityOfView, type ViewName } from '../spec/modality.ts'
import type { LongCall } from '../spec/progress.ts'
import { encoderNames, makeEncoder } from './registry.ts'

/** An encoder by name, for a view (`text.zh`) or for all views of a modality (`text`). */
export interface AskedEncoder {
  readonly sense: ViewName | ModalityName
  readonly id: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

export interface EncodersForOptions extends LongCall {
  /** Views or modalities. Default: all of the table. */
  senses?: readonly string[]
  asked?: readonly AskedEncoder[]
  /** What messages call the choice. */
  operation: string
}

/**
 * An encoder for each raw view among `senses`. A view without one is a problem, or an error where it was asked for by
 * name.
 *
 * @throws TongganError `wrong-usage` for an encoder of a sense that the table does not have, `missing-peer` for a sense
 * of `senses` without one, what `makeEncoder` throws
 */
export async function encodersFor(
  { views, name }: Pick<Dataset, 'views' | 'name'>,
  { senses, asked = [], operation, ...call }: EncodersForOptions,
): Promise<{ encoders: Record<string, Encoder>; problems: Problem[] }> {
  const encoders: Record<string, Encoder> = {}
  for (const { sense, id, parameters } of asked) {
    const modality = modalityOfView(sense)
    if (!modality || !views.some((view) => view.name === sense || view.modality === sense)) {
      const expected = `a sense of ${name} (${views.map((view) => view.name).join(', ')})`
      throw new TongganError('wrong-usage', { operation, expected, received: sense })
    }
    encoders[sense] = await makeEncoder(modality, { id, parameters }, call)
  }
  const problems: Problem[] = []
  const wanted = (view: View) => !senses || senses.includes(view.name) || senses.includes(view.modality)
  for (const view of views) {
    if (view.source === 'npy' || !wanted(view) || encoders[view.name] || encoders[view.modality]) continue
    if (encoderNames(view.modality).length > 0)
      encoders[view.modality] = await makeEncoder(view.modality, { id: 'builtin' }, call)
    else if (senses) throw noEncoder(view)
    else problems.push({ view: view.name, error: noEncoder(view) })
  }
  return { encoders, problems }
}

function noEncoder({ name, modality }: View): TongganError {
  return new TongganError('missing-peer', {
    operation: `encode ${name}`,
    expected: `an encoder for ${modality}`,
    received: 'none: none is built in',
    remedy: 'give precomputed features (npy:PATH#ROW), or leave the sense out',
  })
}
