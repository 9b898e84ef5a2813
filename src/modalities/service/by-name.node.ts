// Embedding services by name in Node, for the command and for spaces that were fitted with one: an address, a model, and
// the name of the environment's variable that holds the key. A key itself is never written down.

import type { Encoder } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import type { ModalityName } from '../../spec/modality.ts'
import type { LongCall } from '../../spec/progress.ts'

const known = [
  'url',
  'model',
  'keyVariable',
  'dimensions',
  'featureDim',
  'prefix',
  'callsPerMinute',
  'provider',
]

/** @throws TongganError `wrong-usage`, or as `embeddingModelEncoder` */
export async function makeServiceEncoder(
  modality: ModalityName,
  parameters: Readonly<Record<string, unknown>>,
  { signal }: LongCall,
): Promise<Encoder> {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name))
  if (unknown !== undefined) throw wrong(`parameters ${known.slice(0, -1).join(', ')}`, unknown)
  if (modality !== 'text' && modality !== 'code') throw wrong('text or code', modality)
  const { url, model, keyVariable, provider: _, ...options } = parameters
  if (url === undefined) throw wrong('url=http://…, or the encoder itself where a library made it', 'no url')
  const key = keyVariable === undefined ? undefined : process.env[String(keyVariable)]
  if (keyVariable !== undefined && !key) throw wrong(`a key in the variable ${keyVariable}`, 'none')
  const { embeddingModelEncoder } = await import('./embedding-model-encoder.ts')
  const { openAiCompatible } = await import('./open-ai-compatible.ts')
  const service = openAiCompatible({ url: String(url), model: String(model ?? ''), key })
  const encoder = await embeddingModelEncoder(service, { ...options, modality, signal })
  const place = { url, ...(keyVariable !== undefined && { keyVariable }) }
  return { ...encoder, parameters: { ...encoder.parameters, ...place } } as Encoder
}

function wrong(expected: string, received: string): TongganError {
  return new TongganError('wrong-usage', { operation: 'make the encoder of a service', expected, received })
}
