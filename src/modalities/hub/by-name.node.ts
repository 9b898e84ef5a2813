// Pretrained encoders by name in Node, for the command and for spaces that were fitted with one. The code is loaded when
// the first one is asked for.

import type { Encoder } from '../../spec/encoder.ts'
import type { LongCall } from '../../spec/progress.ts'
import { type HubEncoderOptions, requireRecorded } from './hub-options.ts'

/**
 * @param isSaved whether a space asks for it, which may say what the model is, not where downloads come from or go to
 * @throws as `hubEncoder`
 */
export async function makeHubEncoder(
  options: HubEncoderOptions,
  { signal, onProgress }: LongCall,
  isSaved: boolean,
): Promise<Encoder> {
  if (isSaved) requireRecorded(options)
  const { hubEncoder } = await import('./hub-encoder.ts')
  return hubEncoder({ ...options, signal, onProgress })
}
