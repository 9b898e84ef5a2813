// Reductions over axes. `axes` default to all; `keepdims` (default true, as in ONNX) leaves reduced axes with size 1.

import { TongganError } from '../../spec/errors.ts'
import type { Operators, Value } from '../graph.ts'
import { formatShape, numericSize, positiveAxes, shapeError } from '../shape.ts'
import { requireType, whole } from './operand.ts'

export interface ReduceOptions {
  axes?: readonly number[]
  keepdims?: boolean
}

/** Gradient of x from that of the result; the result and its gradient have kept axes of size 1. */
type Rule = (op: Operators, g: Value, x: Value, y: Value) => Value

/** Σ x */
export function ReduceSum(x: Value, options: ReduceOptions = {}): Value {
  return reduce('ReduceSum', x, options, (_, g) => g)
}

/** Σ x / n. The gradient needs sizes that are numbers: where one is a symbol, multiply a sum by an input of 1/n. */
export function ReduceMean(x: Value, options: ReduceOptions = {}): Value {
  const reduced = positiveAxes('ReduceMean', options.axes, x.shape).map((axis) => x.shape[axis])
  return reduce('ReduceMean', x, options, (op, g) => {
    const count = numericSize(reduced)
    if (count !== undefined) return op.Mul(g, 1 / count)
    throw new TongganError('bad-graph', {
      operation: 'gradient of ReduceMean',
      expected: 'reduced axes of known size',
      received: formatShape(x.shape),
      remedy: 'multiply ReduceSum by an input that holds 1/n',
    })
  })
}

/** The largest; the gradient is shared evenly where several are. */
export function ReduceMax(x: Value, options: ReduceOptions = {}): Value {
  return reduce('ReduceMax', x, options, (op, g, x, y) => toExtremes(op, g, x, y, options))
}

/** The smallest; the gradient is shared evenly where several are. */
export function ReduceMin(x: Value, options: ReduceOptions = {}): Value {
  return reduce('ReduceMin', x, options, (op, g, x, y) => toExtremes(op, g, x, y, options))
}

/** Σ x² */
export function ReduceSumSquare(x: Value, options: ReduceOptions = {}): Value {
  return reduce('ReduceSumSquare', x, options, (op, g, x) => op.Mul(op.Mul(g, 2), x))
}

/** √Σ x²; gradient 0 where all are 0 */
export function ReduceL2(x: Value, options: ReduceOptions = {}): Value {
  return reduce('ReduceL2', x, options, (op, g, x, y) => op.Mul(op.Div(g, op.Clip(y, { min: 1e-30 })), x))
}

function toExtremes(op: Operators, g: Value, x: Value, y: Value, { axes }: ReduceOptions): Value {
  const chosen = op.Cast(op.Equal(x, y), { to: 'float32' })
  return op.Mul(op.Div(g, op.ReduceSum(chosen, { axes })), chosen)
}

function reduce(operator: string, x: Value, { axes, keepdims = true }: ReduceOptions, rule: Rule): Value {
  requireType(operator, x, ['float32', 'int32', 'int64'])
  const reduced = positiveAxes(operator, axes, x.shape)
  if (axes?.length === 0) throw shapeError(operator, 'at least one axis', x.shape)
  const kept = x.shape.map((dim, axis) => (reduced.includes(axis) ? 1 : dim))
  const [output] = x.graph.add(operator, {
    inputs: [x, whole(x.graph, reduced)],
    outputs: [{ type: x.type, shape: keepdims ? kept : kept.filter((_, axis) => !reduced.includes(axis)) }],
    attributes: { keepdims: { int: keepdims ? 1 : 0 } },
    gradient: ([g], op) => {
      const keep = (value: Value) => (keepdims ? value : op.Reshape(op.Expand(value, output), kept))
      return [rule(op, keep(g), x, keep(output)), undefined]
    },
  })
  return output
}
