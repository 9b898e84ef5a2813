import { expect, test } from 'vitest'
import { matrix } from './matrix.ts'
import { Random } from './random.ts'
import { solvePositive } from './solve-positive.ts'

test('a 2 × 2 system that one can check by eye', () => {
  const solved = solvePositive(matrix(2, 2, Float32Array.of(2, 1, 1, 2)), matrix(2, 1, Float32Array.of(4, 5)))
  expect([...solved.data]).toEqual([1, 2])
})

test('put back into the equations it gives the right-hand side', () => {
  const n = 30
  const random = new Random(3)
  const G = matrix(n, n, random.normals(n * n))
  const A = matrix(n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) A.data[i * n + j] += G.data[i * n + k] * G.data[j * n + k]
    }
  }
  const Y = matrix(n, 2, random.normals(2 * n))
  const X = solvePositive(A, Y, 0.5)
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < 2; c++) {
      let sum = 0.5 * X.data[2 * i + c]
      for (let k = 0; k < n; k++) sum += A.data[i * n + k] * X.data[2 * k + c]
      expect(sum).toBeCloseTo(Y.data[2 * i + c], 3)
    }
  }
})

test('a matrix that is not positive definite is refused', () => {
  expect(() => solvePositive(matrix(2, 2, Float32Array.of(1, 2, 2, 1)), matrix(2, 1))).toThrow(
    'not positive definite',
  )
})
