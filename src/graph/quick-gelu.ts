// x·σ(1.702x), the sigmoid form of GELU (Hendrycks & Gimpel, Gaussian Error Linear Units, 2016, section 2). Its gradient is
// written out, σ + 1.702·y·(1 − σ), since going back node by node reads and writes two more arrays of its size.

import { withGradient } from './gradients.ts'
import type { Value } from './graph.ts'
import * as op from './ops.ts'

const steepness = 1.702

/** The activation, number by number, in the shape of `x`. */
export function quickGelu(x: Value): Value {
  const gate = op.Sigmoid(op.Mul(x, steepness))
  const y = op.Mul(x, gate)
  return withGradient(y, [x], (g) => [op.Mul(g, op.Add(gate, op.Mul(op.Mul(y, op.Sub(1, gate)), steepness)))])
}
