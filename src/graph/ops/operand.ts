// What the operators take besides values: numbers, which become scalar constants, and whole numbers for axes and
// sizes, which ONNX takes as int64 tensors.

import { TongganError } from '../../spec/errors.ts'
import type { Tensor, TensorData, TensorType } from '../../spec/tensor.ts'
import type { Graph, Value } from '../graph.ts'

/** A value, or a number that becomes a scalar of the other side's type. */
export type Operand = Value | number

/** Both sides as values of one type. */
export function operands(operator: string, a: Operand, b: Operand): [Value, Value] {
  if (typeof a === 'number' && typeof b === 'number') throw notValues(operator, `${a} and ${b}`)
  const left = typeof a === 'number' ? scalar((b as Value).graph, a, (b as Value).type) : a
  const right = typeof b === 'number' ? scalar(left.graph, b, left.type) : b
  requireType(operator, right, [left.type])
  return [left, right]
}

const arrays: { [T in TensorType]: (value: number) => TensorData[T] } = {
  float32: (value) => Float32Array.of(value),
  int32: (value) => Int32Array.of(value),
  int64: (value) => BigInt64Array.of(BigInt(value)),
  uint8: (value) => Uint8Array.of(value),
  bool: (value) => Uint8Array.of(value),
}

/** A constant without axes. */
export function scalar(graph: Graph, value: number, type: TensorType = 'float32'): Value {
  return graph.constant({ type, dims: [], data: arrays[type](value) } as Tensor)
}

/** A constant list of whole numbers. */
export function whole(graph: Graph, values: readonly number[]): Value {
  const data = BigInt64Array.from(values, (value) => BigInt(value))
  return graph.constant({ type: 'int64', dims: [values.length], data })
}

export function requireType(operator: string, value: Value, types: readonly TensorType[]): void {
  if (types.includes(value.type)) return
  throw new TongganError('shape-mismatch', {
    operation: operator,
    expected: `${types.join(' or ')} values`,
    received: `${value.type} (${value.name})`,
  })
}

function notValues(operator: string, received: string): TongganError {
  return new TongganError('bad-graph', {
    operation: operator,
    expected: 'a value on at least one side',
    received,
  })
}
