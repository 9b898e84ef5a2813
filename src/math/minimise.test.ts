import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minimise } from './minimise.ts'

const curvatures = fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 })

test('finds the bottom of any bowl, however stretched', async () => {
  await fc.assert(
    fc.asyncProperty(curvatures, async (curvature) => {
      const bottom = curvature.map((_, i) => i - 2)
      const found = await minimise(
        async (x) => ({
          value: x.reduce((sum, entry, i) => sum + (curvature[i] * (entry - bottom[i]) ** 2) / 2, 0),
          gradient: Array.from(x, (entry, i) => curvature[i] * (entry - bottom[i])),
        }),
        new Float64Array(curvature.length),
        { tolerance: 1e-9 },
      )
      expect(found.converged).toBe(true)
      bottom.forEach((entry, i) => {
        expect(found.x[i]).toBeCloseTo(entry, 6)
      })
    }),
    { numRuns: 40 },
  )
})

test("walks Rosenbrock's valley to its end", async () => {
  const { x, converged } = await minimise(
    async ([a, b]) => ({
      value: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
      gradient: [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)],
    }),
    Float64Array.of(-1.2, 1),
    { tolerance: 1e-8 },
  )
  expect(converged).toBe(true)
  expect(x[0]).toBeCloseTo(1, 5)
  expect(x[1]).toBeCloseTo(1, 5)
})

test('leaves the start as it was, and says where it had to stop early', async () => {
  const start = Float64Array.of(5)
  const objective = async ([x]: Float64Array) => ({ value: x ** 4, gradient: [4 * x ** 3] })
  const { converged, iterations } = await minimise(objective, start, { iterations: 2, tolerance: 0 })
  expect(start).toEqual(Float64Array.of(5))
  expect({ converged, iterations }).toEqual({ converged: false, iterations: 2 })
})
