// In a browser pretrained encoders are not made by name: what the page is built from would then hold transformers.js,
// or look for it, in every page. A page that uses one makes it with `tonggan/hub` and gives it.

import type { Encoder } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import type { LongCall } from '../../spec/progress.ts'
import type { HubEncoderOptions } from './hub-options.ts'

/** @throws TongganError `missing-peer`, always */
export async function makeHubEncoder(
  { modality, model }: HubEncoderOptions,
  _: LongCall,
  __: boolean,
): Promise<Encoder> {
  throw new TongganError('missing-peer', {
    operation: `make the ${modality} encoder ${model}`,
    expected: 'the encoder itself, in a browser',
    received: 'its name',
    remedy: "make it with `hubEncoder` of 'tonggan/hub' and give it as one of `encoders`",
  })
}
