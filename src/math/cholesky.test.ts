import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inverseCholesky, meanDiagonal, safeInverseCholesky } from './cholesky.ts'
import { type Matrix, matrix } from './matrix.ts'
import { Random } from './random.ts'

/** B·Bᵀ + n·I, positive definite. */
function positive(n: number, seed: number): Matrix {
  const B = new Random(seed).normals(n * n)
  const G = matrix(n, n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let k = 0; k < n; k++) G.data[i * n + j] += B[i * n + k] * B[j * n + k] + (i === j ? 1 : 0)
  return G
}

/** (R⁻¹)ᵀ·(G + shift·I)·R⁻¹ by plain loops. */
function whitened(G: Matrix, R: Matrix, shift: number): number[][] {
  const n = G.rows
  const range = [...Array(n).keys()]
  const right = range.map((i) =>
    range.map((j) =>
      range.reduce((sum, k) => sum + (G.data[i * n + k] + (i === k ? shift : 0)) * R.data[k * n + j], 0),
    ),
  )
  return range.map((i) =>
    range.map((j) => range.reduce((sum, k) => sum + R.data[k * n + i] * right[k][j], 0)),
  )
}

test('its columns whiten the matrix, whatever its size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 1000 }), (n, seed) => {
      const G = positive(n, seed)
      const R = inverseCholesky(G, 0.5)!
      whitened(G, R, 0.5).forEach((row, i) => {
        row.forEach((value, j) => {
          expect(value).toBeCloseTo(i === j ? 1 : 0, 4)
          if (i > j) expect(R.data[i * n + j]).toBe(0)
        })
      })
    }),
    { numRuns: 60 },
  )
})

test('a matrix that is not positive definite has none, but has one with a larger shift', () => {
  const G = matrix(5, 5, new Float32Array(25).fill(1)) // rank 1
  expect(inverseCholesky(G, -0.1)).toBeUndefined()
  const R = safeInverseCholesky(G, 1e-12)
  expect(R.data.every(Number.isFinite)).toBe(true)
})

test.each([
  ['NaN', [1, Number.NaN, Number.NaN, 1]],
  ['NaN on its diagonal', [Number.NaN, 0, 0, 1]],
  ['infinite', [Number.POSITIVE_INFINITY, 0, 0, 1]],
])('a matrix with numbers that are %s has none, whatever the shift', (_, values) => {
  expect(() => safeInverseCholesky(matrix(2, 2, Float32Array.from(values)), 1)).toThrow(
    expect.objectContaining({ code: 'not-finite' }),
  )
})

test('nor is there one for an infinite shift', () => {
  expect(() => safeInverseCholesky(positive(3, 1), Number.POSITIVE_INFINITY)).toThrow(
    expect.objectContaining({ code: 'not-finite' }),
  )
})

test('the mean of the diagonal', () => {
  expect(meanDiagonal(matrix(2, 2, Float32Array.of(1, 9, 9, 3)))).toBe(2)
})
