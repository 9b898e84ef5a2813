import { expect, test } from 'vitest'
import { firstNonFinite } from './first-non-finite.ts'

test.each([
  [[], -1],
  [[0, -1, 3.4e38], -1],
  [[1, Number.NaN, Number.POSITIVE_INFINITY], 1],
  [[1, 2, Number.NEGATIVE_INFINITY], 2],
])('the first of %j that is not finite is at %i', (values, at) => {
  expect(firstNonFinite(Float32Array.from(values))).toBe(at)
})
