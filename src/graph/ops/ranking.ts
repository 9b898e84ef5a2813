// Operators that find the largest along one axis. No gradient flows.

import type { Value } from '../graph.ts'
import { positiveAxis, shapeError } from '../shape.ts'
import { requireType, whole } from './operand.ts'

export interface TopKOptions {
  /** Default the last. */
  axis?: number
  /** Default true; false: the smallest. */
  largest?: boolean
}

/** The k largest along `axis`, in falling order, and their positions (int64); of equal values the first position leads. */
export function TopK(
  x: Value,
  k: number,
  { axis = -1, largest = true }: TopKOptions = {},
): { values: Value; indices: Value } {
  requireType('TopK', x, ['float32', 'int32', 'int64'])
  const along = positiveAxis('TopK', axis, x.shape)
  const size = x.shape[along]
  if (!Number.isInteger(k) || k < 1 || (typeof size === 'number' && k > size)) {
    throw shapeError('TopK', `k from 1 to the size of axis ${along}, got ${k}`, x.shape)
  }
  const shape = x.shape.with(along, k)
  const [values, indices] = x.graph.add('TopK', {
    inputs: [x, whole(x.graph, [k])],
    outputs: [
      { type: x.type, shape },
      { type: 'int64', shape },
    ],
    attributes: { axis: { int: along }, largest: { int: largest ? 1 : 0 }, sorted: { int: 1 } },
  })
  return { values, indices }
}

/** The position (int64) of the largest along `axis` (default 0, as in ONNX), the first of equal ones. */
export function ArgMax(
  x: Value,
  { axis = 0, keepdims = true }: { axis?: number; keepdims?: boolean } = {},
): Value {
  requireType('ArgMax', x, ['float32', 'int32', 'uint8'])
  const along = positiveAxis('ArgMax', axis, x.shape)
  const kept = x.shape.with(along, 1)
  return x.graph.add('ArgMax', {
    inputs: [x],
    outputs: [{ type: 'int64', shape: keepdims ? kept : kept.filter((_, k) => k !== along) }],
    attributes: { axis: { int: along }, keepdims: { int: keepdims ? 1 : 0 } },
  })[0]
}
