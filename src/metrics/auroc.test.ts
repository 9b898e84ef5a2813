import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auroc } from './auroc.ts'

test.each([
  [[3, 4], [1, 2], 1],
  [[1, 2], [3, 4], 0],
  [[3, 2], [1, 2], 0.875],
  [[1, 1], [1], 0.5],
])('%j against %j: %d', (inside, outside, expected) => {
  expect(auroc(inside, outside)).toBe(expected)
})

test('agrees with counting every pair', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(scores, scores, (inside, outside) => {
      const wins = inside.flatMap((a) => outside.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)))
      expect(auroc(inside, outside)).toBeCloseTo(
        wins.reduce((sum: number, win) => sum + win, 0) / wins.length,
        12,
      )
    }),
  )
})

test('of nothing it says nothing', () => {
  expect(auroc([], [1])).toBeNaN()
  expect(auroc([1], [])).toBeNaN()
})
