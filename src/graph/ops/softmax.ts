// Softmax and its logarithm along one axis, default the last.

import type { Value } from '../graph.ts'
import { positiveAxis } from '../shape.ts'
import { requireType } from './operand.ts'

/** exp(x) / Σ exp(x) */
export function Softmax(x: Value, { axis = -1 }: { axis?: number } = {}): Value {
  requireType('Softmax', x, ['float32'])
  const along = positiveAxis('Softmax', axis, x.shape)
  const [output] = x.graph.add('Softmax', {
    inputs: [x],
    outputs: [{ type: 'float32', shape: x.shape }],
    attributes: { axis: { int: along } },
    gradient: ([g], op) => {
      const weighted = op.Mul(g, output)
      return [op.Sub(weighted, op.Mul(output, op.ReduceSum(weighted, { axes: [along] })))]
    },
  })
  return output
}

/** x - log Σ exp(x) */
export function LogSoftmax(x: Value, { axis = -1 }: { axis?: number } = {}): Value {
  requireType('LogSoftmax', x, ['float32'])
  const along = positiveAxis('LogSoftmax', axis, x.shape)
  const [output] = x.graph.add('LogSoftmax', {
    inputs: [x],
    outputs: [{ type: 'float32', shape: x.shape }],
    attributes: { axis: { int: along } },
    gradient: ([gradient], op) => {
      const g = op.Expand(gradient, output)
      return [op.Sub(g, op.Mul(op.Exp(output), op.ReduceSum(g, { axes: [along] })))]
    },
  })
  return output
}
