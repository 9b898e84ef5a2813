// A structure-preserving term for few pairs (STRUCTURE; Gröger et al., NeurIPS 2025), for one sense: who is near whom
// among its embeddings shall be as among its inputs, which knew it before any pair was seen.
//
//   P = softmax(X̂X̂ᵀ/τ), Q = softmax(ÊÊᵀ/τ) by rows, X̂ and Ê centred rows of unit length      [slots, slots]
//   loss = Σ_i w_i JS(P_i, Q_i), JS(p, q) = ½KL(p | m) + ½KL(q | m), m = (p + q)/2; 0 to log 2
//
// The first level of the paper's hierarchy; powers of P and Q, its further levels, are left out: they cost a product of
// [slots, slots] each. An item is no neighbour of its own here (the diagonal is left out), since at low τ it would be the only one.
// Gradients flow into Q alone.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'

export interface StructureLossInputs {
  /** `[slots, d]`: what the sense says by itself; no gradient is asked of it. */
  inputs: Value
  /** Unit rows `[slots, dim]`. */
  embeddings: Value
  /** τ > 0: how near is near, as a cosine. */
  temperature: number
  /** `[slots, 1]`: 1 where the sense is present. */
  present: Value
  /** `[slots, slots]`: 0, and on the diagonal and in columns of absent slots a number that no logit outweighs, -1e4. */
  excluded: Value
}

/** The loss, one number, shape `[]`; rows of absent slots count nothing. */
export function structureLoss({
  inputs,
  embeddings,
  temperature,
  present,
  excluded,
}: StructureLossInputs): Value {
  const count = op.Max(op.ReduceSum(present, { keepdims: true }), 1) // [1, 1]
  const neighbours = (rows: Value) => {
    const mean = op.Div(op.ReduceSum(op.Mul(rows, present), { axes: [0], keepdims: true }), count)
    const centred = unitRows(op.Sub(rows, mean))
    const cosines = op.Gemm(centred, centred, undefined, { transB: true })
    return op.Softmax(op.Add(op.Mul(cosines, 1 / temperature), excluded)) // [slots, slots]
  }
  const P = neighbours(inputs)
  const Q = neighbours(embeddings)
  const logMiddle = op.Log(op.Add(op.Mul(op.Add(P, Q), 0.5), tiny))
  const divergence = (of: Value) => op.Mul(of, op.Sub(op.Log(op.Add(of, tiny)), logMiddle))
  const rows = op.ReduceSum(op.Add(divergence(P), divergence(Q)), { axes: [1], keepdims: true }) // [slots, 1]
  return op.Mul(op.ReduceSum(op.Div(op.Mul(rows, present), count), { keepdims: false }), 0.5)
}

const tiny = 1e-12
