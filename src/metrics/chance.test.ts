import { expect, it } from 'vitest'
import { expectedAveragePrecision } from './chance.ts'
import { averagePrecision } from './pessimistic-ranks.ts'

it('equals the mean over every order', () => {
  for (let gallery = 1; gallery <= 8; gallery++) {
    const means = Array.from({ length: gallery }, () => ({ sum: 0, orders: 0 }))
    for (let order = 1; order < 2 ** gallery; order++) {
      const ranks = [...Array(gallery).keys()].filter((k) => (order >> k) & 1).map((k) => k + 1)
      means[ranks.length - 1].sum += averagePrecision(ranks)
      means[ranks.length - 1].orders++
    }
    means.forEach(({ sum, orders }, k) => {
      expect(expectedAveragePrecision(gallery, k + 1)).toBeCloseTo(sum / orders, 12)
    })
  }
})
