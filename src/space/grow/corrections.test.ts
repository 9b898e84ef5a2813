import { afterAll, describe, expect, test } from 'vitest'
import { columnMeans, type Matrix, matrix, normaliseRows, takeRows } from '../../math/matrix.ts'
import { plusDiagonal } from '../../math/plus-diagonal.ts'
import { Random } from '../../math/random.ts'
import { solvePositive } from '../../math/solve-positive.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { polarFactor } from '../linear/polar-factor.ts'
import { applyHead } from '../solvers/apply-head.ts'
import { corrections } from './corrections.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

const dim = 48
const random = new Random(3)

/** Fewer pairs than a third of the dimensions, as many, fewer than dimensions, more. */
const counts = [2, 10, 15, 16, 30, 60]

describe('turn', () => {
  const { solve, settings } = corrections.turn

  test.each(counts)('of %d pairs it is the polar factor of the whole matrix', async (n) => {
    const [X, Y] = pairs(n)
    for (const { prior } of settings) {
      const M = await products.multiply(X, Y, { transA: true })
      const whole = await polarFactor(products, plusDiagonal(M, (prior * n) / Math.min(n, dim)))
      const { W } = (await solve(products, X, Y, { prior })).map!
      expect(farthest(W, whole)).toBeLessThan(3e-6)
    }
  })

  test.each(counts)('by %d pairs it is orthogonal', async (n) => {
    const { W } = (await solve(products, ...pairs(n), { prior: 1 })).map!
    expect(farthest(await products.multiply(W, W, { transA: true }), identity)).toBeLessThan(3e-6)
  })

  test.each(counts)('nothing turns where all of %d pairs agree', async (n) => {
    const [X] = pairs(n)
    const { W } = (await solve(products, X, X, { prior: 1 })).map!
    expect(farthest(W, identity)).toBeLessThan(3e-6)
  })

  test('what is at right angles to all pairs stays where it is', async () => {
    const [X, Y] = pairs(5).map((M) => {
      M.data.forEach((_, i) => {
        if (i % dim >= dim - 3) M.data[i] = 0
      })
      return normaliseRows(M)
    })
    const { W } = (await solve(products, X, Y, { prior: 1 })).map!
    expect(farthest(takeRows(W, [45, 46, 47]), takeRows(identity, [45, 46, 47]))).toBeLessThan(3e-6)
    expect(farthest(W, identity)).toBeGreaterThan(0.01)
  })

  test('pairs that are said again and again, or all but again, do no harm', async () => {
    const [X, Y] = pairs(3).map((M) => takeRows(M, [0, 1, 2, 0, 0, 1, 2, 2, 0, 1]))
    const nearly = matrix(
      X.rows,
      dim,
      X.data.map((value) => value * (1 + 1e-5 * random.normal())),
    )
    for (const [A, B] of [
      [X, Y],
      [nearly, Y],
      [X, nearly],
    ]) {
      const M = await products.multiply(A, B, { transA: true })
      const { W } = (await solve(products, A, B, { prior: 1 })).map!
      expect(farthest(W, await polarFactor(products, plusDiagonal(M, 1)))).toBeLessThan(5e-6)
    }
  })
})

describe('ridge', () => {
  const { solve, settings } = corrections.ridge

  test.each(counts)('of %d pairs it is the solution of the normal equations', async (n) => {
    const [X, Y] = pairs(n)
    const [x, y] = [columnMeans(X), columnMeans(Y)]
    const Xc = minus(X, x)
    const Yc = minus(Y, y)
    const steps = matrix(
      n,
      dim,
      Yc.data.map((value, i) => value - Xc.data[i]),
    )
    const gram = await products.multiply(Xc, Xc, { transA: true })
    const cross = await products.multiply(Xc, steps, { transA: true })
    const squares = Xc.data.reduce((sum, value) => sum + value ** 2, 0)
    for (const { ridge } of settings) {
      const B = solvePositive(gram, cross, (ridge * squares) / Math.min(n, dim))
      const { W, b } = (await solve(products, X, Y, { ridge })).map!
      expect(farthest(W, plusDiagonal(B, 1))).toBeLessThan(1e-5)
      const mean = await products.multiply(matrix(1, dim, x), W)
      expect(
        farthest(
          matrix(
            1,
            dim,
            mean.data.map((value, k) => value + b[k]),
          ),
          matrix(1, dim, y),
        ),
      ).toBeLessThan(1e-5)
    }
  })

  test.each([2, 60])('nothing moves where all of %d pairs agree', async (n) => {
    const [X] = pairs(n)
    const { W, b } = (await solve(products, X, X, { ridge: 0.1 })).map!
    expect(W).toEqual(identity)
    expect(b.every((value) => value === 0)).toBe(true)
  })
})

describe('smoother', () => {
  // Six pairs that are nearly one: y lies to one side of x, cos(x, y) about 0.94
  const X = nearRows(6, 0, 0.02)
  const Y = normaliseRows(
    matrix(
      6,
      dim,
      X.data.map((value, i) => value + (i % dim === 1 ? 0.36 : 0)),
    ),
  )

  test.each(corrections.smoother.settings)(
    'many pairs that agree move as far as they say, %o',
    async (setting) => {
      expect(Math.min(...cosines(X, Y))).toBeGreaterThan(0.9)
      expect(Math.max(...cosines(X, Y))).toBeLessThan(0.96)
      const shifted = await applyHead(
        products,
        await corrections.shift.solve(products, X, Y, { share: 1 }),
        X,
      )
      const smoothed = await applyHead(products, await corrections.smoother.solve(products, X, Y, setting), X)
      const [byShift, bySmoother] = [shifted, smoothed].map((M) => Math.min(...cosines(M, Y)))
      expect(bySmoother).toBeGreaterThan(Math.max(0.99, byShift - 0.005))
    },
  )

  test.each(corrections.smoother.settings)(
    'what is far from all pairs stays where it is, %o',
    async (setting) => {
      const head = await corrections.smoother.solve(products, X, Y, setting)
      const far = nearRows(4, 20, 0)
      const opposite = matrix(
        6,
        dim,
        X.data.map((value) => -value),
      )
      expect(Math.min(...cosines(await applyHead(products, head, opposite), opposite))).toBeCloseTo(1, 6)
      expect(Math.min(...cosines(await applyHead(products, head, far), far))).toBeGreaterThan(0.999)
    },
  )

  test('one pair moves what is half like it by its share', async () => {
    const [x, y] = [unit([1, 0]), unit([0, 1])]
    const head = await corrections.smoother.solve(products, x, y, { nearest: 5, power: 2 })
    // cos² of 60° is a quarter: [0.5, √0.75] + ([0, 1] − [1, 0]) / 4
    const moved = await applyHead(products, head, unit([0.5, Math.sqrt(0.75)]))
    expect(farthest(moved, unit([0.25, Math.sqrt(0.75) + 0.25]))).toBeLessThan(1e-6)
  })
})

const identity = plusDiagonal(matrix(dim, dim), 1)

/** Unit rows and where they belong, cos about 0.9. */
function pairs(n: number): [X: Matrix, Y: Matrix] {
  const X = normaliseRows(matrix(n, dim, random.normals(n * dim)))
  const noise = random.normals(n * dim)
  const Y = matrix(
    n,
    dim,
    X.data.map((value, i) => value + (0.5 * noise[i]) / Math.sqrt(dim)),
  )
  return [X, normaliseRows(Y)]
}

/** Unit rows beside the axis of that number. */
function nearRows(n: number, axis: number, spread: number): Matrix {
  const noise = random.normals(n * dim)
  return normaliseRows(
    matrix(
      n,
      dim,
      noise.map((value, i) => spread * value + (i % dim === axis ? 1 : 0)),
    ),
  )
}

/** One row of length 1. */
function unit(values: readonly number[]): Matrix {
  return normaliseRows(matrix(1, values.length, Float32Array.from(values)))
}

function cosines(A: Matrix, B: Matrix): number[] {
  return Array.from({ length: A.rows }, (_, row) => {
    const [a, b] = [A, B].map(({ data }) => data.subarray(row * A.cols, (row + 1) * A.cols))
    const dot = (u: Float32Array, v: Float32Array) => u.reduce((sum, value, k) => sum + value * v[k], 0)
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  })
}

function minus({ rows, cols, data }: Matrix, means: Float32Array): Matrix {
  return matrix(
    rows,
    cols,
    data.map((value, i) => value - means[i % cols]),
  )
}

function farthest(A: Matrix, B: Matrix): number {
  return Math.max(...A.data.map((value, i) => Math.abs(value - B.data[i])))
}
