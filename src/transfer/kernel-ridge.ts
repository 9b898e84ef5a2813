// Kernel ridge regression on a Gaussian kernel (Saunders, Gammerman & Vovk 1998), in closed form:
//
//   (K + ridge·I)·weights = targets,  K_ij = exp(−gamma·|z_i − z_j|²)
//
// with the samples themselves as anchors, or as many of them as can be solved for, drawn at random: every so-many-th of rows in which
// classes come by turns would be of some classes only. Curved borders are worth it: spoken digits of speakers never heard are told
// apart at 0.932 on the whitened components of their features, at 0.909 by straight borders (labels known, mean over
// three pairs of speakers).

import { type Matrix, matrix, takeRows } from '../math/matrix.ts'
import { Random } from '../math/random.ts'
import { solvePositive } from '../math/solve-positive.ts'
import type { MatrixProducts } from '../space/linear/matrix-products.ts'

/** x ↦ exp(−gamma·|x − anchor|²)·weights. */
export interface KernelModel {
  /** `[anchors, inputs]`. */
  readonly anchors: Matrix
  /** `[anchors, outputs]`. */
  readonly weights: Matrix
  readonly gamma: number
}

/** The most anchors. */
const mostAnchors = 2048
/** Items whose kernel is held at a time. */
const blockRows = 4096

export interface KernelSettings {
  /** gamma times the mean squared distance of two samples, > 0. */
  readonly bandwidth: number
  /** Added to a kernel whose diagonal is 1, > 0. */
  readonly ridge: number
}

/**
 * The models for each of `settings`.
 * @param inputs `[samples, inputs]`
 * @param targets `[samples, outputs]`
 * @param sure so many samples, the last ones, are anchors before any other
 */
export async function fitKernelRidge(
  products: MatrixProducts,
  inputs: Matrix,
  targets: Matrix,
  settings: readonly KernelSettings[],
  sure = 0,
): Promise<KernelModel[]> {
  const order = anchorsOf(inputs.rows, sure)
  const anchors = takeRows(inputs, order)
  const distances = await squaredDistances(products, anchors, anchors)
  const mean = distances.data.reduce((sum, distance) => sum + distance, 0) / distances.data.length
  const kept = takeRows(targets, order)
  return settings.map(({ bandwidth, ridge }) => {
    const gamma = bandwidth / (mean || 1)
    return {
      anchors,
      gamma,
      weights: solvePositive(kernelOf(distances, gamma), kept, ridge),
    }
  })
}

/** The samples that are anchors, ascending; the same ones in every run. */
function anchorsOf(samples: number, sure: number): number[] {
  const random = new Random(1)
  const last = Array.from(random.sample(sure, mostAnchors), (k) => samples - sure + k)
  return [...random.sample(samples - sure, mostAnchors - last.length), ...last]
}

/** `[items, inputs]` → `[items, outputs]`. */
export async function applyKernel(
  products: MatrixProducts,
  { anchors, weights, gamma }: KernelModel,
  inputs: Matrix,
): Promise<Matrix> {
  const out = matrix(inputs.rows, weights.cols)
  for (let from = 0; from < inputs.rows; from += blockRows) {
    const block = takeRows(inputs, range(from, Math.min(inputs.rows, from + blockRows)))
    const kernel = kernelOf(await squaredDistances(products, block, anchors), gamma)
    out.data.set((await products.multiply(kernel, weights)).data, from * weights.cols)
  }
  return out
}

function kernelOf({ rows, cols, data }: Matrix, gamma: number): Matrix {
  return matrix(
    rows,
    cols,
    data.map((distance) => Math.exp(-gamma * distance)),
  )
}

/** |x_i − y_j|², `[rows of X, rows of Y]`, none negative. */
async function squaredDistances(products: MatrixProducts, X: Matrix, Y: Matrix): Promise<Matrix> {
  const inner = await products.multiply(X, Y, { transB: true })
  const x = squares(X)
  const y = squares(Y)
  for (let i = 0; i < X.rows; i++) {
    for (let j = 0, at = i * Y.rows; j < Y.rows; j++, at++) {
      inner.data[at] = Math.max(0, x[i] + y[j] - 2 * inner.data[at])
    }
  }
  return inner
}

function squares({ rows, cols, data }: Matrix): Float64Array {
  const out = new Float64Array(rows)
  for (let i = 0; i < data.length; i++) out[Math.floor(i / cols)] += data[i] ** 2
  return out
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k)
}
