// Comparison, choice and change of type. Conditions are `bool`; no gradient flows through them.

import type { TensorType } from '../../spec/tensor.ts'
import type { Value } from '../graph.ts'
import { elementTypes } from '../onnx-format.ts'
import { broadcastShapes } from '../shape.ts'
import { unspread } from '../spread.ts'
import { type Operand, operands, requireType } from './operand.ts'

/** a > b */
export function Greater(a: Operand, b: Operand): Value {
  return comparison('Greater', ...operands('Greater', a, b))
}

/** a < b */
export function Less(a: Operand, b: Operand): Value {
  return comparison('Less', ...operands('Less', a, b))
}

/** a = b */
export function Equal(a: Operand, b: Operand): Value {
  return comparison('Equal', ...operands('Equal', a, b))
}

/** Whether both hold */
export function And(a: Value, b: Value): Value {
  return connective('And', a, b)
}

/** Whether one of them holds */
export function Or(a: Value, b: Value): Value {
  return connective('Or', a, b)
}

/** Whether it does not hold */
export function Not(a: Value): Value {
  requireType('Not', a, ['bool'])
  return a.graph.add('Not', { inputs: [a], outputs: [{ type: 'bool', shape: a.shape }] })[0]
}

/** `a` where the condition holds, else `b`; all three broadcast. */
export function Where(condition: Value, a: Operand, b: Operand): Value {
  requireType('Where', condition, ['bool'])
  const [left, right] = operands('Where', a, b)
  const shape = broadcastShapes('Where', condition.shape, broadcastShapes('Where', left.shape, right.shape))
  const [output] = condition.graph.add('Where', {
    inputs: [condition, left, right],
    outputs: [{ type: left.type, shape }],
    gradient: ([g], op) => [
      undefined,
      unspread(op, op.Where(condition, g, 0), output, left),
      unspread(op, op.Where(condition, 0, g), output, right),
    ],
  })
  return output
}

/** The same numbers as another type; a fraction is cut off on the way to whole numbers. */
export function Cast(x: Value, { to }: { to: TensorType }): Value {
  const [output] = x.graph.add('Cast', {
    inputs: [x],
    outputs: [{ type: to, shape: x.shape }],
    attributes: { to: { int: elementTypes[to] } },
    gradient: ([g]) => [x.type === 'float32' ? g : undefined],
  })
  return output
}

function comparison(operator: string, a: Value, b: Value): Value {
  const shape = broadcastShapes(operator, a.shape, b.shape)
  return a.graph.add(operator, { inputs: [a, b], outputs: [{ type: 'bool', shape }] })[0]
}

function connective(operator: string, a: Value, b: Value): Value {
  requireType(operator, a, ['bool'])
  requireType(operator, b, ['bool'])
  return comparison(operator, a, b)
}
