// Rows of length 1, as every embedding is.

import type { Value } from './graph.ts'
import * as op from './ops.ts'

/** Rows divided by their lengths, `[batch, d]`; a row of zeros stays one. */
export function unitRows(x: Value): Value {
  return op.Div(x, op.Sqrt(op.Add(op.ReduceSumSquare(x, { axes: [1], keepdims: true }), 1e-12)))
}
