// Station «prepare» of a picture as an ONNX graph: alpha over white paper, then resampling to s × s by two matrix
// products whose matrices are fed (see `resampleMatrix`). Pictures of one size go together.
//
// Values are *darkness*, 0 for white paper and 1 for black: with it, what a picture does not cover is 0 as it stands.

import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats } from '../../spec/tensor.ts'
import type { ImageParameters } from './image-parameters.ts'

/** Rec. 601 luma, as pictures in sRGB are weighed. */
const lumaWeights = [0.299, 0.587, 0.114, 0]

/**
 * `pixels [batch, height, width, 4] uint8`, `rows [size, height]`, `columns [size, width]` →
 * `prepared [batch, channels, size, size] float32`, 3 channels (red, green, blue) or 1 (luma).
 */
export function prepareGraph({ size, colour }: ImageParameters): Graph {
  const graph = new Graph({ name: 'prepare-image' })
  const pixels = graph.input('pixels', 'uint8', ['batch', 'height', 'width', 4])
  const rows = graph.input('rows', 'float32', [size, 'height'])
  const columns = graph.input('columns', 'float32', [size, 'width'])

  const values = op.Cast(pixels, { to: 'float32' })
  const alpha = op.Slice(values, { starts: [3], ends: [4], axes: [3] })
  const darkness = op.Mul(op.Mul(op.Sub(255, values), alpha), 1 / 255 ** 2) // [batch, height, width, 4]
  const mix = colour
    ? [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] // red, green, blue; what alpha's own place holds means nothing
    : lumaWeights
  const channels = mix.length / 4
  const mixed = op.MatMul(darkness, graph.constant(floats([4, channels], mix))) // [batch, height, width, channels]
  const planes = op.Transpose(mixed, { perm: [0, 3, 1, 2] })
  const prepared = op.MatMul(op.MatMul(rows, planes), op.Transpose(columns)) // [batch, channels, size, size]
  graph.output('prepared', prepared)
  return graph
}
