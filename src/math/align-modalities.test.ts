import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alignModalities, type Modality, normalize } from './align-modalities.ts'

const image: Modality = { name: 'image', features: [0.9, 0.3, 0.2] }
const text: Modality = { name: 'text', features: [0.7, 0.4, 0.1] }
const rounded = (point: number[]) => point.map((share) => Number(share.toFixed(3)))

test('the true answer', () => {
  expect(rounded(normalize(image.features))).toEqual([0.643, 0.214, 0.143])
  expect(rounded(normalize(text.features))).toEqual([0.583, 0.333, 0.083])
  expect(rounded(alignModalities(image, text))).toEqual([0.613, 0.274, 0.113])
})

const weights = fc
  .array(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 8 })
  .filter((features) => features.some((weight) => weight > 0))

test('shares sum to 1, whatever the scale', () => {
  fc.assert(
    fc.property(weights, (features) => {
      const shares = normalize(features)
      expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12)
      expect(shares.every((share) => share >= 0)).toBe(true)
    }),
  )
  expect(normalize([Number.MAX_VALUE, Number.MAX_VALUE])).toEqual([0.5, 0.5])
  expect(normalize([Number.MIN_VALUE, Number.MIN_VALUE])).toEqual([0.5, 0.5])
})

test('neither order nor loudness of the modalities matters, and one alone is itself', () => {
  const loud = { ...text, features: text.features.map((weight) => weight * 40) }
  const expected = alignModalities(image, text)
  for (const point of [alignModalities(text, image), alignModalities(image, loud)]) {
    for (const [k, share] of point.entries()) expect(share).toBeCloseTo(expected[k], 12)
  }
  expect(alignModalities(image)).toEqual(normalize(image.features))
})

test.each([
  ['zeros only', [0, 0], 'bad-features', /text: expected a weight above 0, received zeros only/],
  [
    'a negative weight',
    [0.5, -0.1],
    'bad-features',
    /text: expected finite weights of 0 or more, received -0.1/,
  ],
  ['NaN', [0.5, Number.NaN], 'not-finite', /received NaN/],
  ['infinity', [Infinity, 1], 'not-finite', /received Infinity/],
  ['another length', [1, 2, 3], 'shape-mismatch', /align text with image: expected 2 features, received 3/],
])('%s is refused', (_, features, code, message) => {
  const align = () => alignModalities({ name: 'image', features: [1, 2] }, { name: 'text', features })
  expect(align).toThrow(message)
  expect(align).toThrow(expect.objectContaining({ code }))
})

test('no weights at all are refused', () => {
  expect(() => normalize([])).toThrow(/received no weights/)
})
