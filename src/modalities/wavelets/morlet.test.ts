import { expect, test } from 'vitest'
import { morletBank } from './morlet.ts'

const bank = { orientations: 6, side: 8, sigma: 1.1, sigmaAcross: 1.65, frequency: 0.6 * Math.PI }
const { data, dims } = morletBank(bank)
const filter = (k: number) => data.subarray(k * 64, (k + 1) * 64)
const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0)

test('real parts stand before imaginary parts', () => {
  expect(dims).toEqual([12, 1, 8, 8])
  for (let k = 0; k < 6; k++) {
    const turned = filter(k).toReversed() // half a turn
    filter(k).forEach((value, at) => {
      expect(turned[at]).toBeCloseTo(value, 6) // even
    })
    filter(6 + k).forEach((value, at) => {
      expect(filter(6 + k).toReversed()[at]).toBeCloseTo(-value, 6) // odd
    })
  }
})

test('even light gives no answer', () => {
  for (let k = 0; k < 12; k++) expect(sum(filter(k))).toBeCloseTo(0, 6)
})

test.each([0, 1, 2, 3, 4, 5])(
  'wave %i of its own direction is answered most strongly by filter %i',
  (direction) => {
    const angle = (Math.PI * direction) / 6
    const wave = Float64Array.from({ length: 64 }, (_, k) =>
      Math.cos(bank.frequency * ((k % 8) * Math.cos(angle) + Math.floor(k / 8) * Math.sin(angle))),
    )
    const answer = (k: number) => sum(filter(k).map((value, at) => value * wave[at]))
    const moduli = [0, 1, 2, 3, 4, 5].map((k) => Math.hypot(answer(k), answer(6 + k)))
    expect(moduli.indexOf(Math.max(...moduli))).toBe(direction)
    const square = moduli.toSorted((a, b) => b - a)
    expect(square[0]).toBeGreaterThan(1.5 * square[1])
  },
)
