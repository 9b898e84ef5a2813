// Operators on two values, broadcast as NumPy does it. A number on either side becomes a scalar constant.
// Gradients of Min and Max flow to the side that won; to the second where both are equal.

import type { GradientRule, Value } from '../graph.ts'
import { broadcastShapes } from '../shape.ts'
import { unspread } from '../spread.ts'
import { type Operand, operands, requireType } from './operand.ts'

type Rule = (a: Value, b: Value, output: Value) => GradientRule

/** a + b */
export function Add(a: Operand, b: Operand): Value {
  return binary('Add', a, b, () => ([g]) => [g, g])
}

/** a - b */
export function Sub(a: Operand, b: Operand): Value {
  return binary('Sub', a, b, () => ([g], op) => [g, op.Neg(g)])
}

/** a · b, number by number */
export function Mul(a: Operand, b: Operand): Value {
  return binary('Mul', a, b, (a, b) => ([g], op) => [op.Mul(g, b), op.Mul(g, a)])
}

/** a / b */
export function Div(a: Operand, b: Operand): Value {
  return binary('Div', a, b, (_, b, y) => ([g], op) => {
    const toA = op.Div(g, b)
    return [toA, op.Neg(op.Mul(toA, y))]
  })
}

/** a to the power of b. The gradient for b needs a > 0. */
export function Pow(a: Operand, b: Operand): Value {
  return binary('Pow', a, b, (a, b, y) => ([g], op) => [
    op.Mul(g, op.Mul(b, op.Pow(a, op.Sub(b, 1)))),
    op.Mul(g, op.Mul(y, op.Log(a))),
  ])
}

/** The smaller of a and b. */
export function Min(a: Operand, b: Operand): Value {
  return binary('Min', a, b, (a, b) => ([g], op) => {
    const first = op.Less(a, b)
    return [op.Where(first, g, 0), op.Where(first, 0, g)]
  })
}

/** The larger of a and b. */
export function Max(a: Operand, b: Operand): Value {
  return binary('Max', a, b, (a, b) => ([g], op) => {
    const first = op.Greater(a, b)
    return [op.Where(first, g, 0), op.Where(first, 0, g)]
  })
}

function binary(operator: string, a: Operand, b: Operand, rule: Rule): Value {
  const [left, right] = operands(operator, a, b)
  requireType(operator, left, ['float32', 'int32', 'int64', 'uint8'])
  const shape = broadcastShapes(operator, left.shape, right.shape)
  const [output] = left.graph.add(operator, {
    inputs: [left, right],
    outputs: [{ type: left.type, shape }],
    gradient: (gradients, op) => {
      const [toLeft, toRight] = rule(left, right, output)(gradients, op)
      return [unspread(op, toLeft!, output, left), unspread(op, toRight!, output, right)]
    },
  })
  return output
}
