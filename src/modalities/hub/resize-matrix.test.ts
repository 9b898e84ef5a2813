import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resampleNumbers, resizeMatrix } from './resize-matrix.ts'

const width = 11
const height = 8
const sample = (x: number, y: number) => (x * x * 37 + y * 91 + x * y * 53) % 256

/** What Pillow 13 makes of 11 × 8 grey samples at 4 × 3, by the filter's number. */
const pillow: Readonly<Record<number, readonly number[]>> = {
  0: [181, 127, 205, 237, 101, 12, 152, 149, 133, 106, 202, 5],
  1: [90, 104, 122, 134, 136, 108, 127, 102, 113, 96, 137, 81],
  2: [99, 102, 122, 136, 132, 108, 123, 106, 113, 101, 135, 85],
  3: [93, 101, 121, 135, 136, 107, 126, 104, 114, 98, 138, 82],
  4: [92, 95, 131, 119, 139, 99, 153, 103, 129, 102, 132, 87],
  5: [99, 96, 125, 145, 137, 102, 132, 108, 113, 96, 149, 73],
}

test.each(Object.keys(pillow).map(Number))(
  'filter %i gives what Pillow gives, but for its rounding',
  (resample) => {
    const columns = resizeMatrix(width, 4, { resample })
    const rows = resizeMatrix(height, 3, { resample })
    pillow[resample].forEach((expected, at) => {
      const [y, x] = [Math.floor(at / 4), at % 4]
      let value = 0
      for (let j = 0; j < height; j++) {
        let across = 0
        for (let i = 0; i < width; i++) across += columns[x * width + i] * sample(i, j)
        value += rows[y * height + j] * Math.min(255, Math.max(0, across))
      }
      // Pillow rounds to whole grey levels after each of two passes.
      expect(Math.abs(Math.min(255, Math.max(0, value)) - expected)).toBeLessThanOrEqual(1)
    })
  },
)

const sizes = fc.record({
  from: fc.integer({ min: 1, max: 300 }),
  to: fc.integer({ min: 1, max: 120 }),
  resample: fc.constantFrom(...resampleNumbers),
})

test('every sample is a weighted mean, and the same size is the same picture', () => {
  fc.assert(
    fc.property(sizes, ({ from, to, resample }) => {
      const matrix = resizeMatrix(from, to, { resample })
      for (let row = 0; row < to; row++) {
        const sum = matrix.subarray(row * from, (row + 1) * from).reduce((total, weight) => total + weight, 0)
        expect(sum).toBeCloseTo(1, 4)
      }
      const same = resizeMatrix(from, from, { resample })
      for (let k = 0; k < from; k++) expect(same[k * from + k]).toBeCloseTo(1, 5)
    }),
  )
})

test('a cut is part of the whole; what lies outside is nothing', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: -20, max: 20 }), ({ from, to, resample }, first) => {
      const whole = resizeMatrix(from, to, { resample })
      const cut = resizeMatrix(from, to, { resample, first, count: 10 })
      for (let row = 0; row < 10; row++) {
        const inside = first + row >= 0 && first + row < to
        const expected = inside
          ? whole.subarray((first + row) * from, (first + row + 1) * from)
          : new Float32Array(from)
        expect(cut.subarray(row * from, (row + 1) * from)).toEqual(expected)
      }
    }),
  )
})
