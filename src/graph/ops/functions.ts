// Operators on one value, number by number.

import type { Operators, Value } from '../graph.ts'
import { requireType, scalar } from './operand.ts'

/** Gradient of the input from that of the output, the input and the output. */
type Rule = (op: Operators, g: Value, x: Value, y: Value) => Value | undefined

/** -x */
export function Neg(x: Value): Value {
  return unary('Neg', x, (op, g) => op.Neg(g))
}

/** |x|; gradient 1 at 0. (Sign would be shorter, but runs on no GPU.) */
export function Abs(x: Value): Value {
  return unary('Abs', x, (op, g, x) => op.Where(op.Less(x, 0), op.Neg(g), g))
}

/** -1, 0 or 1; no gradient flows */
export function Sign(x: Value): Value {
  return unary('Sign', x, () => undefined)
}

/** The whole number at or below x; no gradient flows */
export function Floor(x: Value): Value {
  return unary('Floor', x, () => undefined)
}

/** e to the power of x */
export function Exp(x: Value): Value {
  return unary('Exp', x, (op, g, _, y) => op.Mul(g, y))
}

/** Natural logarithm */
export function Log(x: Value): Value {
  return unary('Log', x, (op, g, x) => op.Div(g, x))
}

/** The square root; its gradient is infinite at 0 */
export function Sqrt(x: Value): Value {
  return unary('Sqrt', x, (op, g, _, y) => op.Div(op.Mul(g, 0.5), y))
}

/** 1 / x */
export function Reciprocal(x: Value): Value {
  return unary('Reciprocal', x, (op, g, _, y) => op.Neg(op.Mul(g, op.Mul(y, y))))
}

/** max(x, 0); gradient 0 at 0 */
export function Relu(x: Value): Value {
  return unary('Relu', x, (op, g, x) => op.Where(op.Greater(x, 0), g, 0))
}

/** 1 / (1 + exp(-x)) */
export function Sigmoid(x: Value): Value {
  return unary('Sigmoid', x, (op, g, _, y) => op.Mul(g, op.Mul(y, op.Sub(1, y))))
}

/** The hyperbolic tangent */
export function Tanh(x: Value): Value {
  return unary('Tanh', x, (op, g, _, y) => op.Mul(g, op.Sub(1, op.Mul(y, y))))
}

/** The error function, 2/√π ∫₀ˣ exp(-t²) dt */
export function Erf(x: Value): Value {
  return unary('Erf', x, (op, g, x) =>
    op.Mul(g, op.Mul(2 / Math.sqrt(Math.PI), op.Exp(op.Neg(op.Mul(x, x))))),
  )
}

/** Cosine of x in radians */
export function Cos(x: Value): Value {
  return unary('Cos', x, (op, g, x) => op.Neg(op.Mul(g, op.Sin(x))))
}

/** Sine of x in radians */
export function Sin(x: Value): Value {
  return unary('Sin', x, (op, g, x) => op.Mul(g, op.Cos(x)))
}

/** x kept within `min` … `max`; either may be left out. Gradient 0 outside and at the limits. */
export function Clip(x: Value, { min, max }: { min?: number; max?: number }): Value {
  requireType('Clip', x, ['float32', 'int32', 'int64', 'uint8'])
  const limit = (value: number | undefined) =>
    value === undefined ? undefined : scalar(x.graph, value, x.type)
  const [output] = x.graph.add('Clip', {
    inputs: max === undefined ? [x, limit(min)] : [x, limit(min), limit(max)],
    outputs: [{ type: x.type, shape: x.shape }],
    gradient: ([g], op) => {
      const aboveMin = min === undefined ? g : op.Where(op.Greater(x, min), g, 0)
      return [max === undefined ? aboveMin : op.Where(op.Less(x, max), aboveMin, 0)]
    },
  })
  return output
}

function unary(operator: string, x: Value, rule: Rule): Value {
  requireType(
    operator,
    x,
    ['Neg', 'Abs', 'Sign'].includes(operator) ? ['float32', 'int32', 'int64'] : ['float32'],
  )
  const [output] = x.graph.add(operator, {
    inputs: [x],
    outputs: [{ type: x.type, shape: x.shape }],
    gradient: ([g], op) => [rule(op, g, x, output)],
  })
  return output
}
