// Station «prepare» of a picture as an ONNX graph: alpha over white paper, then resampling to s × s by two matrix
// products whose matrices are fed (see `resampleMatrix`). Pictures of one size go together.
//
// Values are *darkness*, 0 for white paper and 1 for black: with it, what a picture does not cover is 0 as it stands.

import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats } from '../../spec/tensor.ts'
import type { ImageParameters } from './image-parameters.ts'

/**
 * `pixels [batch, height, width, 4] uint8`, `rows [size, height]`, `columns [size, width]` →
 * `prepared [batch, channels, size, size] float32`, 3 channels (red, green, blue) or 1 (luma).
 */
export function prepareGraph({ size, colour }: ImageParameters): Graph {
  const graph = new Graph({ name: 'prepare-image' })
  const pixels = graph.input('pixels', 'uint8', ['batch', 'height', 'width', 4])
  const rows = graph.input('rows', 'float32', [size, 'height'])
  const columns = graph.input('columns', 'float32', [size, 'width'])

  const planes = op.Transpose(pixels, { perm: [0, 3, 1, 2] }) // while a number is one byte
  const [light, alpha] = op
    .Split(planes, { axis: 1, split: [3, 1] })
    .map((part) => op.Cast(part, { to: 'float32' }))
  const seen = colour ? light : luma(light) // [batch, channels, height, width]
  const darkness = op.Mul(op.Sub(255, seen), alpha)
  const resampled = op.MatMul(op.MatMul(rows, darkness), op.Transpose(columns))
  const prepared = op.Mul(resampled, 1 / 255 ** 2) // [batch, channels, size, size]
  graph.output('prepared', prepared)
  return graph
}

/** `[batch, 3, height, width]` → `[batch, 1, height, width]`, weighed as Rec. 601 does. */
export function luma(planes: Value): Value {
  const weights = planes.graph.constant(floats([1, 3, 1, 1], [0.299, 0.587, 0.114]), 'luma weights')
  return op.Conv(planes, weights)
}
