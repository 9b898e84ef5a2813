// From a table to a space that can be searched: encode with the built-in encoders, fit, index.

import {
  audioEncoder,
  codeEncoder,
  createIndex,
  type Dataset,
  type EncodedDataset,
  type Encoder,
  encode,
  fitSpace,
  imageEncoder,
  motionEncoder,
  type OnnxSpace,
  type SearchIndex,
  textEncoder,
  videoEncoder,
} from 'tonggan'
import type { FitCall, FitChoices } from '../studio-engine.ts'
import { leftOutOf } from './describe.ts'
import { onDevice } from './runtime.ts'

export async function fitTable(
  dataset: Dataset,
  { senses, device, where: _, ...choices }: FitChoices,
  { onLeftOut, enough, ...call }: FitCall,
): Promise<{ space: OnnxSpace; index: SearchIndex; encoded: EncodedDataset }> {
  const encoders = builtInEncoders()
  try {
    const byModality = Object.fromEntries(encoders.map((encoder) => [encoder.modality, encoder]))
    const encoded = await encode(dataset, byModality, { ...call, views: senses })
    onLeftOut?.(leftOutOf(encoded.problems))
    const space = await onDevice(device, (engine) =>
      fitSpace(encoded, { ...choices, engine, enough, ...call }),
    )
    const index = createIndex(space)
    await index.add(encoded, call)
    return { space, index, encoded }
  } finally {
    for (const encoder of encoders) await encoder.close()
  }
}

/** One a modality. Making one is cheap: sessions are opened when it first encodes. */
export function builtInEncoders(): Encoder[] {
  return [textEncoder(), codeEncoder(), imageEncoder(), audioEncoder(), videoEncoder(), motionEncoder()]
}
