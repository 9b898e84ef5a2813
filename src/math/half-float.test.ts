import { expect, it } from 'vitest'
import { fromHalves, halfToNumber, numberToHalf, toHalves } from './half-float.ts'

it('gives every half back', () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half)
  const isNumber = (half: number) => !Number.isNaN(halfToNumber(half))
  expect(toHalves(fromHalves(all.filter(isNumber)))).toEqual(all.filter(isNumber))
  expect(Number.isNaN(halfToNumber(numberToHalf(Number.NaN)))).toBe(true)
})

it('rounds to the nearest, of two to the even one', () => {
  // between neighbours a < b of all positive halves: nearer to a, in the middle, nearer to b
  for (let half = 0; half < 0x7bff; half++) {
    const [a, b] = [halfToNumber(half), halfToNumber(half + 1)]
    const at = (share: number) => numberToHalf(a + share * (b - a)) - half
    expect([at(0.25), at(0.5), at(0.75)]).toEqual([0, half % 2, 1])
  }
})

it.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65_504, 0x7bff],
  [65_519, 0x7bff],
  [65_520, 0x7c00],
  [1e9, 0x7c00],
  [Number.NEGATIVE_INFINITY, 0xfc00],
  [2 ** -24, 0x0001],
  [2 ** -26, 0x0000],
])('%d is 0x%x', (value, half) => {
  expect(numberToHalf(value)).toBe(half)
})
