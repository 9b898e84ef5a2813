// Multi-positive InfoNCE between two senses: the symmetric contrastive loss of CLIP (Radford et al. 2021; InfoNCE,
// van den Oord et al. 2018) with targets spread over all positives of a query, as in SupCon's outer form (Khosla et
// al. 2020, eq. 2) and UniCL (Yang et al., CVPR 2022). With one positive a query it is InfoNCE.
//
//   S = scale·A·Bᵀ                                                       [slots, slots]
//   loss = ½ Σ_i w_i (log Σ_j exp S_ij − Σ_j t_ij S_ij) + ½ Σ_j w_j (log Σ_i exp S_ij − Σ_i t_ij S_ij)
//
// The rows of A and B are unit, so no logit is larger than the scale; as long as that is at most `maxLogitScale` no Exp
// can overflow or vanish, so none is shifted and one serves both directions. The gradient is
// written out: dS = E∘(w_i/row sum + w_j/col sum)/2 − targets, five passes over [slots, slots] instead of a dozen.

import { withGradient } from '../../graph/gradients.ts'
import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'

/** Sums of exp(±40) are far from either end of float32. */
export const maxLogitScale = 40

export interface ContrastiveInputs {
  /** Unit rows `[slots, dim]` of either sense. */
  a: Value
  b: Value
  /** Logit scale, a number above 0 and at most `maxLogitScale`, shape `[]`. */
  scale: Value
  /** `[slots, slots]`, of `PairTargets`. */
  targets: Value
  /** `[slots, 1]` and `[1, slots]`: weights of the slots of a and of b as queries. */
  weightsA: Value
  weightsB: Value
  /** `[slots, 1]` and `[1, slots]`: 1 where the sense is present. Left out where all are, which saves two passes. */
  presentA?: Value
  presentB?: Value
}

/** The loss, one number, shape `[]`. */
export function multiPositiveInfoNce(inputs: ContrastiveInputs): Value {
  const { a, b, scale, targets, weightsA, weightsB, presentA, presentB } = inputs
  const scaledA = op.Mul(a, scale)
  const S = op.Gemm(scaledA, b, undefined, { transB: true }) // [slots, slots]
  let E = op.Exp(S)
  if (presentA && presentB) E = op.Mul(E, op.Mul(presentA, presentB))
  const rowSums = op.Add(op.ReduceSum(E, { axes: [1], keepdims: true }), tiny)
  const colSums = op.Add(op.ReduceSum(E, { axes: [0], keepdims: true }), tiny)
  const logSums = op.Add(
    op.ReduceSum(op.Mul(weightsA, op.Log(rowSums)), { keepdims: false }),
    op.ReduceSum(op.Mul(weightsB, op.Log(colSums)), { keepdims: false }),
  )
  const loss = op.Sub(op.Mul(logSums, 0.5), op.ReduceSum(op.Mul(targets, S), { keepdims: false }))
  return withGradient(loss, [a, b, scale], (g) => {
    const shares = op.Add(op.Div(op.Mul(weightsA, 0.5), rowSums), op.Div(op.Mul(weightsB, 0.5), colSums))
    const dS = op.Sub(op.Mul(E, shares), targets) // [slots, slots]; g comes in where there are fewer numbers
    const dA = op.MatMul(dS, b) // d/d(scale·A)
    const scaleOfG = op.Mul(scale, g)
    return [
      op.Mul(dA, scaleOfG),
      op.Gemm(dS, op.Mul(a, scaleOfG), undefined, { transA: true }),
      op.Mul(op.ReduceSum(op.Mul(dA, a), { keepdims: false }), g),
    ]
  })
}

const tiny = 1e-37
