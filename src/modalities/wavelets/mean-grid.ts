// Local means of pictures and maps.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'

/** `[n, channels, s, s]` → the means of `grid × grid` equal squares, `[n, channels, grid, grid]`; s is a multiple. */
export function meanGrid(x: Value, grid: number): Value {
  const side = (x.shape[2] as number) / grid
  return side === 1 ? x : op.AveragePool(x, { kernelShape: [side, side], strides: [side, side] })
}
