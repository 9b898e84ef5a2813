// What colours a picture has, coarsely where: means over ever larger squares in opponent axes (light–dark, red–green,
// yellow–blue), and how much of each quarter has each of 64 colours. Means tell a sunset from a meadow; shares tell a
// flag of red and white from a pink cloth, whose means are equal.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats } from '../../spec/tensor.ts'
import { meanGrid } from '../wavelets/mean-grid.ts'

/** Rows are the axes, of equal length so that none counts more: sum / √3, (r − g) / √2, (r + g − 2 b) / √6. */
const opponentAxes = [
  [1, 1, 1].map((weight) => weight / Math.sqrt(3)),
  [1, -1, 0].map((weight) => weight / Math.sqrt(2)),
  [1, 1, -2].map((weight) => weight / Math.sqrt(6)),
].flat()

/** `prepared [batch, 1 or 3, s, s]` → means over 4 × 4, 2 × 2 and 1 × 1 squares, `[batch, channels · 21]`. */
export function colourMeans(prepared: Value): Value {
  const [batch, channels] = prepared.shape as [Value['shape'][0], number]
  const sixteen = meanGrid(prepared, 4)
  const four = meanGrid(sixteen, 2)
  const means = [sixteen, four, meanGrid(four, 1)].map((grid) => op.Reshape(grid, [batch, channels, -1]))
  const all = op.Concat(means, { axis: 2 }) // [batch, channels, 21]
  if (channels === 1) return op.Flatten(all)
  const axes = prepared.graph.constant(floats([3, 3], opponentAxes), 'opponent axes')
  return op.Flatten(op.MatMul(axes, all))
}

const levels = 4

/**
 * `prepared [batch, 3, s, s]` → the share of each colour in each quarter, `[batch, 4 · 64]`, adding up to 1 a quarter.
 * A colour that lies between two of the 4 levels of a channel counts to both (a trilinear histogram).
 */
export function colourShares(prepared: Value): Value {
  const [batch, , size] = prepared.shape as [Value['shape'][0], number, number]
  const half = size / 2
  const area = half * half
  const quarters = op.Reshape(
    op.Transpose(op.Reshape(prepared, [batch, 3, 2, half, 2, half]), { perm: [0, 2, 4, 1, 3, 5] }),
    [batch, 4, 3, 1, area],
  )
  const level = prepared.graph.constant(floats([levels, 1], [0, 1, 2, 3]), 'levels')
  const nearness = op.Relu(op.Sub(1, op.Abs(op.Sub(op.Mul(quarters, levels - 1), level)))) // [batch, 4, 3, levels, area]
  const [red, green, blue] = op
    .Split(nearness, { axis: 2, split: [1, 1, 1] })
    .map((channel) => op.Squeeze(channel, { axes: [2] })) // [batch, 4, levels, area]
  const redGreen = op.Mul(op.Unsqueeze(red, { axes: [3] }), op.Unsqueeze(green, { axes: [2] }))
  const pairs = op.Reshape(redGreen, [batch, 4, levels ** 2, area])
  const sums = op.MatMul(pairs, op.Transpose(blue, { perm: [0, 1, 3, 2] })) // [batch, 4, levels², levels]
  return op.Flatten(op.Mul(sums, 1 / area))
}
