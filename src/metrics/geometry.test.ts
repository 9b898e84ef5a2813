import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignment, uniformity } from './alignment-and-uniformity.ts'
import { effectiveRank } from './effective-rank.ts'
import { skewness } from './hubness.ts'
import { leading } from './leading.ts'
import { modalityGap } from './modality-gap.ts'

describe('modalityGap', () => {
  it('is what one can check by eye', () => {
    const east = Float32Array.of(1, 0, 1, 0)
    expect(modalityGap(east, east, 2)).toBe(0)
    expect(modalityGap(east, Float32Array.of(-1, 0), 2)).toBe(2)
    // means (0.5, 0.5) and (0, 0)
    expect(modalityGap(Float32Array.of(1, 0, 0, 1), Float32Array.of(0, 1, 0, -1), 2)).toBeCloseTo(
      Math.SQRT1_2,
    )
  })

  it('is 0 once each side is centred on itself', () => {
    const centred = Float32Array.of(1, 0, -1, 0, 0, 1, 0, -1)
    const other = Float32Array.of(0.6, 0.8, -0.6, -0.8)
    expect(modalityGap(centred, other, 2)).toBeCloseTo(0)
  })
})

describe('alignment and uniformity', () => {
  it.each([
    ['one point', [1, 1], 0, 0],
    ['at right angles', [0, 0], 2, -4],
    ['opposite', [-1], 4, -8],
  ])('%s', (_, cosines, close, spread) => {
    expect(alignment(cosines)).toBe(close)
    expect(uniformity(cosines)).toBeCloseTo(spread)
  })

  it('uniformity is never above what the mean distance would give turned round (Jensen)', () => {
    const cosine = fc.double({ min: -1, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(cosine, { minLength: 1 }), (cosines) => {
        expect(uniformity(cosines)).toBeGreaterThanOrEqual(-2 * alignment(cosines) - 1e-9)
      }),
    )
  })
})

describe('effectiveRank', () => {
  it.each([
    [[3, 0, 0], 1],
    [[2, 2, 0], 2],
    [[1, 1, 1, 1], 4],
    [[2, 1, 1], 2 ** 1.5], // entropy of 1/2, 1/4, 1/4: 1.5 bits
  ])('of %j is %d', (values, rank) => {
    expect(effectiveRank(values)).toBeCloseTo(rank)
  })

  it('does not depend on scale, and lies between 1 and the count', () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true })
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 20 }), positive, (values, factor) => {
        const rank = effectiveRank(values)
        expect(rank).toBeGreaterThanOrEqual(1 - 1e-9)
        expect(rank).toBeLessThanOrEqual(values.length + 1e-9)
        expect(effectiveRank(values.map((value) => factor * value))).toBeCloseTo(rank)
      }),
    )
  })

  it('of nothing but zeros is not a number', () => {
    expect(effectiveRank([0, 0])).toBeNaN()
  })
})

describe('skewness', () => {
  it.each([
    ['all alike', [2, 2, 2], 0],
    ['even on both sides', [1, 2, 3], 0],
    ['one hub of four', [0, 0, 0, 4], 2 / Math.sqrt(3)],
    ['one item never found', [4, 4, 4, 0], -2 / Math.sqrt(3)],
  ])('%s', (_, occurrences, expected) => {
    expect(skewness(occurrences)).toBeCloseTo(expected)
  })
})

describe('leading', () => {
  it('gives what sorting gives, ties to the lowest position', () => {
    const row = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 })
    fc.assert(
      fc.property(row, fc.integer({ min: 1, max: 12 }), fc.array(fc.nat(39)), (values, k, some) => {
        const leftOut = [...new Set(some)].sort((a, b) => a - b)
        const sorted = values
          .map((similarity, position) => ({ position, similarity }))
          .filter(({ position }) => !leftOut.includes(position))
          .sort((a, b) => b.similarity - a.similarity || a.position - b.position)
        expect(leading(values, k, leftOut)).toEqual(sorted.slice(0, k))
      }),
    )
  })
})
