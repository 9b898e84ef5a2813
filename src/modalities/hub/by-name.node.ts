// Pretrained encoders by name in Node, for the command and for spaces that were fitted with one. The code is loaded when
// the first one is asked for.

import type { Encoder } from '../../spec/encoder.ts'
import type { LongCall } from '../../spec/progress.ts'
import type { HubEncoderOptions } from './hub-options.ts'

/** @throws as `hubEncoder` */
export async function makeHubEncoder(
  options: HubEncoderOptions,
  { signal, onProgress }: LongCall,
): Promise<Encoder> {
  const { hubEncoder } = await import('./hub-encoder.ts')
  return hubEncoder({ ...options, signal, onProgress })
}
