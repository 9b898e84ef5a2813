// Station «prepare» of a picture for a pretrained model, as an ONNX graph: over white paper, resized and cut by two
// matrix products, scaled as the model's own files say. transformers.js would resize by sharp in Node and by a canvas in
// browsers, which differ; so it is done here, in one way for both. Pillow, which models were trained with, rounds to
// whole grey levels after each pass; here nothing is rounded.

import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import type { Picture } from '../../platform/picture.ts'
import { floats, type Tensor } from '../../spec/tensor.ts'
import { type PicturePreprocessor, preparedSize, resizedSize } from './picture-preprocessor.ts'
import { resizeMatrix } from './resize-matrix.ts'

/** `pixels [1, height, width, 4] uint8`, `rows [h, height]`, `columns [w, width]` → `prepared [1, 3, h, w] float32`. */
export function preparePictureGraph(preprocessor: PicturePreprocessor): Graph {
  const { height, width } = preparedSize(preprocessor)
  const { scale, mean, std } = preprocessor
  const graph = new Graph({ name: 'prepare-picture' })
  const pixels = graph.input('pixels', 'uint8', [1, 'height', 'width', 4])
  const rows = graph.input('rows', 'float32', [height, 'height'])
  const columns = graph.input('columns', 'float32', [width, 'width'])
  const planes = op.Transpose(pixels, { perm: [0, 3, 1, 2] })
  const [colours, alpha] = op
    .Split(planes, { axis: 1, split: [3, 1] })
    .map((part) => op.Cast(part, { to: 'float32' }))
  const opacity = op.Mul(alpha, 1 / 255)
  const seen = op.Add(op.Mul(colours, opacity), op.Mul(op.Sub(1, opacity), 255)) // [1, 3, height, width]
  const across = op.Clip(op.MatMul(seen, op.Transpose(columns)), { min: 0, max: 255 }) // [1, 3, height, w]
  const resized = op.Clip(op.MatMul(rows, across), { min: 0, max: 255 }) // [1, 3, h, w]
  const perChannel = (values: readonly number[]) => graph.constant(floats([1, 3, 1, 1], values))
  const factor = perChannel(std.map((deviation) => scale / deviation))
  const offset = perChannel(mean.map((value, k) => value / std[k]))
  graph.output('prepared', op.Sub(op.Mul(resized, factor), offset))
  return graph
}

/** What the graph takes for one picture. */
export function preparePictureFeeds(
  { width, height, data }: Picture,
  preprocessor: PicturePreprocessor,
): Record<'pixels' | 'rows' | 'columns', Tensor> {
  const to = resizedSize(preprocessor, { height, width })
  const kept = preparedSize(preprocessor)
  const { resample } = preprocessor
  const matrix = (from: number, side: number, count: number) =>
    floats(
      [count, from],
      resizeMatrix(from, side, { first: Math.floor((side - count) / 2), count, resample }),
    )
  return {
    pixels: { type: 'uint8', dims: [1, height, width, 4], data },
    rows: matrix(height, to.height, kept.height),
    columns: matrix(width, to.width, kept.width),
  }
}
