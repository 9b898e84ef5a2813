// In a browser there is no environment that could hold a key: a page makes the encoder itself and gives it.

import type { Encoder } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import type { ModalityName } from '../../spec/modality.ts'
import type { LongCall } from '../../spec/progress.ts'

/** @throws TongganError `missing-peer`, always */
export async function makeServiceEncoder(
  modality: ModalityName,
  { model }: Readonly<Record<string, unknown>>,
  _: LongCall,
  __: boolean,
): Promise<Encoder> {
  throw new TongganError('missing-peer', {
    operation: `make the ${modality} encoder ${model}`,
    expected: 'the encoder itself, in a browser',
    received: 'its name',
    remedy: 'make it with `embeddingModelEncoder` and give it as one of `encoders`',
  })
}
