// Encoders for a fit: what `--encoder sense=NAME[:key=value,…]` asks for, and the built-in ones for other senses.

import type { Encoders } from '../dataset/encode.ts'
import { encoderNames, makeEncoder } from '../modalities/registry.ts'
import type { Dataset, Problem, View } from '../spec/dataset.ts'
import type { Encoder } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityOfView } from '../spec/modality.ts'
import type { LongCall } from '../spec/progress.ts'
import { wrongOption } from './typed-values.ts'

/**
 * An encoder for each raw view among `senses` (default: all). A view without one is a problem, or an error where it
 * was asked for by name.
 */
export async function encodersFor(
  { views, name }: Dataset,
  senses: readonly string[] | undefined,
  asked: readonly string[],
  call: LongCall = {},
): Promise<{ encoders: Encoders; problems: Problem[] }> {
  const encoders: Record<string, Encoder> = {}
  for (const text of asked) {
    const { sense, modality, id, parameters } = parseEncoderOption(text)
    if (!views.some((view) => view.name === sense || view.modality === sense)) {
      throw wrongOption('encoder', `a sense of ${name} (${views.map((view) => view.name).join(', ')})`, sense)
    }
    encoders[sense] = await makeEncoder(modality, { id, parameters }, call)
  }
  const problems: Problem[] = []
  const wanted = (view: View) => !senses || senses.includes(view.name) || senses.includes(view.modality)
  for (const view of views) {
    if (view.source === 'npy' || !wanted(view) || encoders[view.name] || encoders[view.modality]) continue
    if (encoderNames(view.modality).length > 0)
      encoders[view.modality] = await makeEncoder(view.modality, { id: 'builtin' })
    else if (senses) throw noEncoder(view)
    else problems.push({ view: view.name, error: noEncoder(view) })
  }
  return { encoders, problems }
}

/** `image=builtin:size=32,colour=false` or `text=hub:model=./minilm,dtype=q8`: values are read as JSON where they are, else as text. */
export function parseEncoderOption(text: string): {
  sense: string
  modality: ModalityName
  id: string
  parameters: Record<string, unknown>
} {
  const [, sense, id, list = ''] = /^([^=:]+)=([^:=]+)(?::(.*))?$/.exec(text) ?? []
  const modality = modalityOfView(sense ?? '')
  if (!modality) throw wrongOption('encoder', 'SENSE=NAME or SENSE=NAME:KEY=VALUE,…', text)
  const parameters: Record<string, unknown> = {}
  for (const part of list.split(',').filter(Boolean)) {
    const [key, ...value] = part.split('=')
    if (value.length === 0) throw wrongOption('encoder', 'KEY=VALUE after the colon', part)
    parameters[key.trim()] = parseValue(value.join('='))
  }
  return { sense, modality, id, parameters }
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function noEncoder({ name, modality }: View): TongganError {
  return new TongganError('missing-peer', {
    operation: `encode ${name}`,
    expected: `an encoder for ${modality}`,
    received: 'none: none is built in',
    remedy: 'give precomputed features (npy:PATH#ROW), or leave the sense out with --senses',
  })
}
