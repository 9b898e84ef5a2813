import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resampleMatrix } from './resample-matrix.ts'

const rowsOf = (matrix: Float32Array, from: number) =>
  Array.from({ length: matrix.length / from }, (_, row) => [...matrix.subarray(row * from, (row + 1) * from)])

test('at its own size an axis stays as it is', () => {
  expect(rowsOf(resampleMatrix(3, 3, 1), 3)).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ])
})

test('halving weighs 1 3 3 1, and the border less', () => {
  expect(rowsOf(resampleMatrix(6, 3, 0.5), 6)).toEqual([
    [3 / 7, 3 / 7, 1 / 7, 0, 0, 0].map(Math.fround),
    [0, 1 / 8, 3 / 8, 3 / 8, 1 / 8, 0],
    [0, 0, 0, 1 / 7, 3 / 7, 3 / 7].map(Math.fround),
  ])
})

test('a shorter axis is centred, its margin is empty, and a sample that it half covers counts half', () => {
  expect(rowsOf(resampleMatrix(2, 4, 1), 2)).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
    [0, 0],
  ])
  const [above, first] = rowsOf(resampleMatrix(3, 4, 1), 3)
  expect(above).toEqual([0.5, 0, 0])
  expect(first).toEqual([0.5, 0.5, 0])
})

test('rows add up to the share that is covered; the matrix is symmetric end to end', () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 300 }),
    fc.constantFrom(32, 64),
  )
  fc.assert(
    fc.property(sizes, ([from, other, to]) => {
      const scale = to / Math.max(from, other)
      const matrix = resampleMatrix(from, to, scale)
      const margin = (to - from * scale) / 2
      rowsOf(matrix, from).forEach((row, k) => {
        const covered = Math.max(0, Math.min(k + 1, to - margin) - Math.max(k, margin))
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(covered, 5)
        expect(Math.min(...row)).toBeGreaterThanOrEqual(0)
      })
      matrix.forEach((weight, k) => {
        expect(weight).toBeCloseTo(matrix[matrix.length - 1 - k], 5)
      })
    }),
    { numRuns: 30 },
  )
})
