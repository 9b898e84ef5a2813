// Multinomial logistic regression with soft targets, weights of samples and an L2 penalty, solved to its optimum:
//
//   minimise  −Σ_i w_i Σ_c t_ic log softmax(x_i·W + b)_c / Σ_i w_i  +  (ridge/2)·|W|²
//
// convex, so that the answer depends on neither seed nor start (the bias is free; the penalty makes W unique). Loss
// and gradient are one graph in ONNX Runtime, differentiated by `gradients`; the steps are L-BFGS (math/minimise.ts),
// full batch.

import { gradients } from '../../graph/gradients.ts'
import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { openGraph } from '../../graph/session.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { minimise } from '../../math/minimise.ts'
import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'

export interface LogisticSamples {
  /** `[samples, dim]`. */
  readonly inputs: Matrix
  /** `[samples, classes]`, rows sum to 1. */
  readonly targets: Matrix
  /** `[samples]`, none negative; default: all alike. */
  readonly weights?: ArrayLike<number>
}

/** x·W + b. */
export interface LogisticModel {
  /** `[dim, classes]`. */
  readonly W: Matrix
  readonly b: Float32Array
}

/**
 * The models for each of `ridges` (each above 0), in that order; largest first is quickest, since each starts where
 * the one before ended.
 */
export async function fitLogistic(
  { inputs, targets, weights }: LogisticSamples,
  ridges: readonly number[],
  engine?: OrtSessionOptions,
): Promise<LogisticModel[]> {
  const session = await openGraph(lossGraph(inputs, targets, weights), engine)
  const size = inputs.cols * targets.cols
  let x = new Float64Array(size + targets.cols)
  const models: LogisticModel[] = []
  try {
    for (const ridge of ridges) {
      const objective = (at: Float64Array) => lossAt(session, inputs.cols, targets.cols, ridge, at)
      const minimum = await minimise(objective, x, { tolerance: 2e-5, iterations: 150 })
      x = minimum.x as Float64Array<ArrayBuffer>
      models.push({
        W: matrix(inputs.cols, targets.cols, Float32Array.from(x.subarray(0, size))),
        b: Float32Array.from(x.subarray(size)),
      })
    }
  } finally {
    await session.close()
  }
  return models
}

/** The loss and its gradient at one point, as the solver sees them; for those who check the solver. */
export async function logisticLoss(
  { inputs, targets, weights }: LogisticSamples,
  ridge: number,
  { W, b }: LogisticModel,
): Promise<{ value: number; gradient: Float64Array }> {
  const session = await openGraph(lossGraph(inputs, targets, weights))
  try {
    return await lossAt(session, inputs.cols, targets.cols, ridge, Float64Array.of(...W.data, ...b))
  } finally {
    await session.close()
  }
}

function lossGraph(inputs: Matrix, targets: Matrix, weights: ArrayLike<number> = { length: 0 }): Graph {
  const { rows: n, cols: dim } = inputs
  const classes = targets.cols
  const share = Float32Array.from({ length: n }, (_, i) => weights[i] ?? 1)
  const total = share.reduce((sum, weight) => sum + weight, 0)
  const weighted = targets.data.map((target, i) => (target * share[Math.floor(i / classes)]) / total)
  const graph = new Graph({ name: 'logistic_loss' })
  const W = graph.input('W', 'float32', [dim, classes])
  const b = graph.input('b', 'float32', [classes])
  const ridge = graph.input('ridge', 'float32', [])
  const X = graph.constant(floats([n, dim], inputs.data), 'inputs')
  const T = graph.constant(floats([n, classes], weighted), 'weighted_targets')
  const logLikelihoods = op.LogSoftmax(op.Gemm(X, W, b)) // [n, classes]
  const penalty = op.Mul(op.Mul(ridge, 0.5), op.ReduceSumSquare(W, { keepdims: false }))
  const loss = op.Sub(penalty, op.ReduceSum(op.Mul(T, logLikelihoods), { keepdims: false }))
  const [dW, db] = gradients(loss, [W, b])
  graph.output('loss', loss)
  graph.output('dW', dW)
  graph.output('db', db)
  return graph
}

async function lossAt(session: OrtSession, dim: number, classes: number, ridge: number, at: Float64Array) {
  const size = dim * classes
  const { loss, dW, db } = await session.run({
    W: floats([dim, classes], Float32Array.from(at.subarray(0, size))),
    b: floats([classes], Float32Array.from(at.subarray(size))),
    ridge: floats([], [ridge]),
  })
  const gradient = new Float64Array(size + classes)
  gradient.set(dW.data as Float32Array)
  gradient.set(db.data as Float32Array, size)
  return { value: (loss.data as Float32Array)[0], gradient }
}
