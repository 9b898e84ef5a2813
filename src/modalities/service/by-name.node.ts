// Embedding services by name in Node, for the command and for spaces that were fitted with one: an address, a model, and
// the name of the environment's variable that holds the key. A key itself is never written down. A saved space may come from
// anyone, so what it may ask, and send keys and words to, stands in `TONGGAN_SERVICES`; this machine may always be asked.

import { isLoopback } from '../../platform/is-loopback.ts'
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

/**
 * @param isSaved whether a space asks for it
 * @throws TongganError `wrong-usage`, or as `embeddingModelEncoder`
 */
export async function makeServiceEncoder(
  modality: ModalityName,
  parameters: Readonly<Record<string, unknown>>,
  { signal }: LongCall,
  isSaved: boolean,
): Promise<Encoder> {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name))
  if (unknown !== undefined) throw wrong(`parameters ${known.slice(0, -1).join(', ')}`, unknown)
  if (modality !== 'text' && modality !== 'code') throw wrong('text or code', modality)
  const { url, model, keyVariable, provider: _, ...options } = parameters
  if (url === undefined) throw wrong('url=http://…, or the encoder itself where a library made it', 'no url')
  if (isSaved && !mayBeAsked(String(url))) throw notAllowed(String(url), keyVariable)
  const key = keyVariable === undefined ? undefined : process.env[String(keyVariable)]
  if (keyVariable !== undefined && !key) throw wrong(`a key in the variable ${keyVariable}`, 'none')
  const { embeddingModelEncoder } = await import('./embedding-model-encoder.ts')
  const { openAiCompatible } = await import('./open-ai-compatible.ts')
  const service = openAiCompatible({ url: String(url), model: String(model ?? ''), key })
  const encoder = await embeddingModelEncoder(service, { ...options, modality, signal })
  const place = { url, ...(keyVariable !== undefined && { keyVariable }) }
  return { ...encoder, parameters: { ...encoder.parameters, ...place } } as Encoder
}

/** Whether saved spaces may ask this address: this machine, or one of those in `TONGGAN_SERVICES`. */
function mayBeAsked(url: string): boolean {
  const bare = (address: string) => address.trim().replace(/\/+$/, '')
  const allowed = (process.env.TONGGAN_SERVICES ?? '').split(',').map(bare)
  return allowed.includes(bare(url)) || isLoopback(URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? '')
}

function notAllowed(url: string, keyVariable: unknown): TongganError {
  return new TongganError('wrong-usage', {
    operation: 'make the encoder of a saved space',
    expected: 'a service that TONGGAN_SERVICES names',
    received: `${url}, which would be sent what you search for${keyVariable === undefined ? '' : ` and the key in ${keyVariable}`}`,
    remedy: `if you trust it, set TONGGAN_SERVICES=${url} (several: separated by commas)`,
  })
}

function wrong(expected: string, received: string): TongganError {
  return new TongganError('wrong-usage', { operation: 'make the encoder of a service', expected, received })
}
