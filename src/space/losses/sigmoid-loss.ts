// The sigmoid loss between two senses (SigLIP; Zhai et al., ICCV 2023, eq. 2): every pair of slots is asked for itself
// whether it means the same, so that no sum runs over the batch. Any number of positives is at home in it.
//
//   l_ij = scale·a_i·b_j + bias                                          [slots, slots]
//   loss = 1/n Σ_ij (log(1 + exp l_ij) − positive_ij·l_ij), over pairs that both senses perceive
//
// which is −log σ(±l) of the paper. n is the number of slots that both perceive. Against `multiPositiveInfoNce`: pairs do not
// compete with each other, so a query without positives still pushes. The gradient, (σ(l) − positive)/n, is written
// out.

import { withGradient } from '../../graph/gradients.ts'
import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'

export interface SigmoidLossInputs {
  /** Unit rows `[slots, dim]` of either sense. */
  a: Value
  b: Value
  /** Logit scale, above 0, and bias, shape `[]`. */
  scale: Value
  bias: Value
  /** `[slots, slots]`, 0 or 1, of `PairPositives`. */
  positives: Value
  /** 1/n, shape `[]`. */
  share: Value
  /** `[slots, 1]` and `[1, slots]`: 1 where the sense is present. Left out where all are. */
  presentA?: Value
  presentB?: Value
}

/** The loss, one number, shape `[]`. */
export function sigmoidLoss(inputs: SigmoidLossInputs): Value {
  const { a, b, scale, bias, positives, share, presentA, presentB } = inputs
  const perceived = presentA && presentB ? op.Mul(presentA, presentB) : undefined
  const only = (value: Value) => (perceived ? op.Mul(value, perceived) : value)
  const logits = op.Gemm(op.Mul(a, scale), b, bias, { transB: true }) // [slots, slots]
  const softplus = op.Add(op.Relu(logits), op.Log(op.Add(op.Exp(op.Neg(op.Abs(logits))), 1)))
  const each = only(op.Sub(softplus, op.Mul(positives, logits)))
  const loss = op.Mul(op.ReduceSum(each, { keepdims: false }), share)
  return withGradient(loss, [a, b, scale, bias], (g) => {
    const dLogits = only(op.Mul(op.Sub(op.Sigmoid(logits), positives), op.Mul(g, share)))
    const dA = op.MatMul(dLogits, b) // d/d(scale·a)
    return [
      op.Mul(dA, scale),
      op.Mul(op.Gemm(dLogits, a, undefined, { transA: true }), scale),
      op.ReduceSum(op.Mul(dA, a), { keepdims: false }),
      op.ReduceSum(dLogits, { keepdims: false }),
    ]
  })
}
