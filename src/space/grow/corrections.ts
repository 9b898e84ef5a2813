// Small corrections of a space's own embeddings, for a new domain of which there are few pairs: each starts from the
// embeddings as they are and moves no further than the pairs say. X are embeddings, Y where the others of the same
// meaning stand, both `[pairs, dim]`; n pairs span at most k = min(n, dim) directions.
//
//   shift      e = x + share·mean(Y − X)
//   turn       e = x·R, R the rotation nearest to XᵀY + prior·(n/k)·I         (Procrustes, drawn towards I)
//   ridge      e = x + (x − x̄)·B + mean(Y − X), B = argmin |Xc·B − (Y − X)c|² + λ|B|²,  λ = ridge·|Xc|²/k
//   smoother   e = x + Σ_k r_k(x)·(y_k − x_k) / max(1, Σ_k r_k(x)), r as in `similaritiesToAnchors`: near many pairs that
//              agree it moves as far as one of them, and far from all it stays

import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { meanDiagonal, safeInverseCholesky } from '../../math/cholesky.ts'
import { columnMeans, type Matrix, matrix } from '../../math/matrix.ts'
import { plusDiagonal } from '../../math/plus-diagonal.ts'
import { floats } from '../../spec/tensor.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { shiftedPolarFactor } from '../linear/shifted-polar-factor.ts'
import { similaritiesToAnchors } from '../solvers/anchors.ts'
import { affineHeads, type Head, type Setting } from '../solvers/solver.ts'
import { lockedHead } from '../solvers/target.ts'

export interface Correction {
  readonly settings: readonly Setting[]
  solve(products: MatrixProducts, X: Matrix, Y: Matrix, setting: Setting): Promise<Head>
}

/** The simpler first. */
export const corrections = {
  unchanged: { settings: [{}], solve: async (_, X) => lockedHead(X.cols) },
  shift: {
    settings: [{ share: 0.5 }, { share: 1 }],
    solve: async (_, X, Y, { share }) => {
      const b = columnMeans(difference(Y, X)).map((value) => share * value)
      return affineHeads([{ W: plusDiagonal(matrix(X.cols, X.cols), 1), b }])[0]
    },
  },
  turn: {
    settings: [{ prior: 1 }, { prior: 10 }],
    solve: async (products, X, Y, { prior }) => {
      const weight = (prior * X.rows) / Math.min(X.rows, X.cols)
      const W = await shiftedPolarFactor(products, X, Y, weight)
      return affineHeads([{ W, b: new Float32Array(X.cols) }])[0]
    },
  },
  ridge: {
    settings: [{ ridge: 0.1 }, { ridge: 1 }, { ridge: 10 }],
    solve: async (products, X, Y, { ridge }) => {
      const wanted = difference(Y, X)
      const [x, r] = [columnMeans(X), columnMeans(wanted)]
      const Xc = less(X, x)
      const B = await ridgeMap(products, Xc, less(wanted, r), ridge)
      const moved = await products.multiply(matrix(1, x.length, x), B)
      const b = r.map((value, k) => value - moved.data[k])
      return affineHeads([{ W: plusDiagonal(B, 1), b }])[0]
    },
  },
  smoother: {
    settings: [
      { nearest: 5, power: 8 },
      { nearest: 5, power: 2 },
    ],
    solve: async (_, X, Y, nearness) => {
      const steps = difference(Y, X)
      return {
        dim: X.cols,
        build: (x) => {
          const weights = similaritiesToAnchors(x, X, nearness)
          const moves = op.MatMul(weights, x.graph.constant(floats([steps.rows, steps.cols], steps.data)))
          const total = op.ReduceSum(weights, { axes: [1], keepdims: true })
          return unitRows(op.Add(x, op.Div(moves, op.Clip(total, { min: 1 }))))
        },
      }
    },
  },
} satisfies Record<string, Correction>

export type CorrectionName = keyof typeof corrections

export const correctionNames = Object.keys(corrections) as CorrectionName[]

/**
 * B = argmin |X·B − T|² + λ|B|², λ = ridge·|X|²/min(n, d): `[n, d]`, `[n, dim]` → `[d, dim]`. The smaller of two equal forms is
 * solved, (XᵀX + λI)⁻¹·XᵀT or Xᵀ·(XXᵀ + λI)⁻¹·T (Saunders, Gammerman & Vovk 1998, the dual).
 */
async function ridgeMap(products: MatrixProducts, X: Matrix, T: Matrix, ridge: number): Promise<Matrix> {
  const dual = X.rows < X.cols
  const gram = await products.multiply(X, X, dual ? { transB: true } : { transA: true })
  const R = safeInverseCholesky(gram, ridge * meanDiagonal(gram) || 1)
  const solve = async (rhs: Matrix) => products.multiply(R, await products.multiply(R, rhs, { transA: true }))
  return dual
    ? products.multiply(X, await solve(T), { transA: true })
    : solve(await products.multiply(X, T, { transA: true }))
}

function difference(A: Matrix, B: Matrix): Matrix {
  return { ...A, data: A.data.map((value, i) => value - B.data[i]) }
}

function less({ rows, cols, data }: Matrix, means: Float32Array): Matrix {
  return matrix(
    rows,
    cols,
    data.map((value, i) => value - means[i % cols]),
  )
}
