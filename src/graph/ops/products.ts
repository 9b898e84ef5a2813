// Matrix products. Gradients of 2-D products are Gemm nodes that read their inputs transposed, so that no
// Transpose node is run.

import type { Operators, Value } from '../graph.ts'
import { broadcastShapes, broadcastsTo, shapeError } from '../shape.ts'
import { unspread } from '../spread.ts'
import { requireType } from './operand.ts'
import { Unsqueeze } from './reshaping.ts'

/** The matrix product over the last two axes, `[…, n, k] × […, k, m]` → `[…, n, m]`; axes before broadcast. */
export function MatMul(a: Value, b: Value): Value {
  requireType('MatMul', a, ['float32'])
  requireType('MatMul', b, ['float32'])
  if (a.shape.length < 2 || b.shape.length < 2)
    throw shapeError('MatMul', 'two axes or more', a.shape, b.shape)
  const [rows, inner] = a.shape.slice(-2)
  const [innerOfB, columns] = b.shape.slice(-2)
  if (inner !== innerOfB) throw shapeError('MatMul', 'equal inner sizes', a.shape, b.shape)
  const batch = broadcastShapes('MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2))
  const [output] = a.graph.add('MatMul', {
    inputs: [a, b],
    outputs: [{ type: 'float32', shape: [...batch, rows, columns] }],
    gradient: ([gradient], op) => {
      const g = op.Expand(gradient, output)
      if (a.shape.length === 2 && b.shape.length === 2) {
        return [op.Gemm(g, b, undefined, { transB: true }), op.Gemm(a, g, undefined, { transA: true })]
      }
      const toA = op.MatMul(g, transposed(op, b))
      const toB = op.MatMul(transposed(op, a), g)
      return [unspread(op, toA, toA, a), unspread(op, toB, toB, b)]
    },
  })
  return output
}

export interface GemmOptions {
  /** Read `a` as `[k, n]`. Default false. */
  transA?: boolean
  /** Read `b` as `[m, k]`. Default false. */
  transB?: boolean
  /** Multiplies a · b. Default 1. */
  alpha?: number
  /** Multiplies c. Default 1. */
  beta?: number
}

/** alpha · a · b + beta · c of matrices, `[n, k] × [k, m]` → `[n, m]`; c broadcasts to the result. */
export function Gemm(a: Value, b: Value, addend?: Value, options: GemmOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1, beta = 1 } = options
  // ONNX Runtime 1.30 aborts on WebGPU where c has no axes.
  const c = addend?.shape.length === 0 ? Unsqueeze(addend, { axes: [0] }) : addend
  for (const input of c ? [a, b, c] : [a, b]) requireType('Gemm', input, ['float32'])
  if (a.shape.length !== 2 || b.shape.length !== 2) throw shapeError('Gemm', 'two matrices', a.shape, b.shape)
  const [rows, inner] = transA ? a.shape.toReversed() : a.shape
  const [innerOfB, columns] = transB ? b.shape.toReversed() : b.shape
  if (inner !== innerOfB) {
    const read = [transA && 'a transposed', transB && 'b transposed'].filter(Boolean).join(', ')
    throw shapeError('Gemm', `equal inner sizes${read && ` (${read})`}`, a.shape, b.shape)
  }
  const shape = [rows, columns]
  if (c && !broadcastsTo(c.shape, shape)) {
    throw shapeError('Gemm', 'an addend that broadcasts to the product', shape, c.shape)
  }
  const [output] = a.graph.add('Gemm', {
    inputs: c ? [a, b, c] : [a, b],
    outputs: [{ type: 'float32', shape }],
    attributes: {
      ...(transA && { transA: { int: 1 } }),
      ...(transB && { transB: { int: 1 } }),
      ...(alpha !== 1 && { alpha: { float: alpha } }),
      ...(beta !== 1 && { beta: { float: beta } }),
    },
    gradient: ([gradient], op) => {
      const g = op.Expand(gradient, output)
      const toA = transA
        ? op.Gemm(b, g, undefined, { transA: transB, transB: true, alpha })
        : op.Gemm(g, b, undefined, { transB: !transB, alpha })
      const toB = transB
        ? op.Gemm(g, a, undefined, { transA: true, transB: transA, alpha })
        : op.Gemm(a, g, undefined, { transA: !transA, alpha })
      if (!c) return [toA, toB]
      return [toA, toB, unspread(op, beta === 1 ? g : op.Mul(g, beta), output, c)]
    },
  })
  return output
}

function transposed(op: Operators, x: Value): Value {
  const rank = x.shape.length
  const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
  return op.Transpose(x, { perm })
}
