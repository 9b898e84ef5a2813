// In the page: a model in onnxruntime-web as anyone would run it, with nothing of ours.

import { InferenceSession, Tensor } from 'onnxruntime-web/wasm'

export async function embed(
  model: Uint8Array,
  features: Float32Array,
  featureDim: number,
): Promise<Float32Array> {
  const session = await InferenceSession.create(model)
  const rows = new Tensor('float32', features, [features.length / featureDim, featureDim])
  const { embedding } = await session.run({ features: rows })
  return embedding.data as Float32Array
}
