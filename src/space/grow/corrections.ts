// Small corrections of a space's own embeddings, for a new domain of which there are few pairs: each starts from the
// embeddings as they are and moves no further than the pairs say. X are embeddings, Y where the others of the same
// meaning stand, both `[pairs, dim]`; n pairs span at most k = min(n, dim) directions.
//
//   shift      e = x + share·mean(Y − X)
//   turn       e = x·R, R the rotation nearest to XᵀY + prior·(n/k)·I         (Procrustes, drawn towards I)
//   ridge      e = x + (x − x̄)·B + mean(Y − X), B = argmin |Xc·B − (Y − X)c|² + λ|B|²,  λ = ridge·|Xc|²/k
//   smoother   e = x + Σ_k r_k(x)·(y_k − x_k), r as in `similaritiesToAnchors`

import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { meanDiagonal, safeInverseCholesky } from '../../math/cholesky.ts'
import { columnMeans, type Matrix, matrix } from '../../math/matrix.ts'
import { floats } from '../../spec/tensor.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { polarFactor } from '../linear/polar-factor.ts'
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
      return affineHeads([{ W: diagonal(X.cols, 1), b }])[0]
    },
  },
  turn: {
    settings: [{ prior: 1 }, { prior: 10 }],
    solve: async (products, X, Y, { prior }) => {
      const M = await products.multiply(X, Y, { transA: true })
      const weight = (prior * X.rows) / Math.min(X.rows, X.cols)
      const W = await polarFactor(products, sum(M, diagonal(X.cols, weight)))
      return affineHeads([{ W, b: new Float32Array(X.cols) }])[0]
    },
  },
  ridge: {
    settings: [{ ridge: 0.1 }, { ridge: 1 }, { ridge: 10 }],
    solve: async (products, X, Y, { ridge }) => {
      const wanted = difference(Y, X)
      const [x, r] = [columnMeans(X), columnMeans(wanted)]
      const Xc = less(X, x)
      const gram = await products.multiply(Xc, Xc, { transA: true })
      const size = meanDiagonal(gram) * X.cols
      const R = safeInverseCholesky(gram, (ridge * size) / Math.min(X.rows, X.cols) || 1)
      const cross = await products.multiply(Xc, less(wanted, r), { transA: true })
      const B = await products.multiply(R, await products.multiply(R, cross, { transA: true }))
      const moved = await products.multiply(matrix(1, x.length, x), B)
      const b = r.map((value, k) => value - moved.data[k])
      return affineHeads([{ W: sum(B, diagonal(X.cols, 1)), b }])[0]
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
          return unitRows(op.Add(x, moves))
        },
      }
    },
  },
} satisfies Record<string, Correction>

export type CorrectionName = keyof typeof corrections

export const correctionNames = Object.keys(corrections) as CorrectionName[]

function diagonal(size: number, value: number): Matrix {
  const out = matrix(size, size)
  for (let i = 0; i < size; i++) out.data[i * size + i] = value
  return out
}

function sum(A: Matrix, B: Matrix): Matrix {
  return { ...A, data: A.data.map((value, i) => value + B.data[i]) }
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
