import fc from 'fast-check'
import { expect, test } from 'vitest'
import { averagePrecision, pessimisticRanks } from './pessimistic-ranks.ts'

test.each([
  ['one, found first', [0.9, 0.1, 0.5], [0], [1]],
  ['one, behind its equals', [0.5, 0.5, 0.9, 0.5], [1], [4]],
  ['two, a wrong one between them', [0.9, 0.5, 0.1], [0, 2], [1, 3]],
  ['equal right ones, one behind the other', [0.5, 0.5, 0.9], [0, 1], [2, 3]],
  ['all alike, wrong ones first', [0, -0, 0, -0], [2, 3], [3, 4]],
  ['nothing but right ones', [0.1, 0.3, 0.2], [0, 1, 2], [1, 2, 3]],
  ['none', [0.1, 0.2], [], []],
])('%s', (_, similarities, right, ranks) => {
  expect([...pessimisticRanks(Float32Array.from(similarities), right)]).toEqual(ranks)
})

test('agrees with sorting the whole gallery, wrong before right among equals', () => {
  const item = fc.record({ similarity: fc.integer({ min: -4, max: 4 }), isRight: fc.boolean() })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 30 }), (gallery) => {
      const right = [...gallery.keys()].filter((position) => gallery[position].isRight)
      const sorted = gallery.toSorted(
        (a, b) => b.similarity - a.similarity || Number(a.isRight) - Number(b.isRight),
      )
      const ranks = sorted.flatMap(({ isRight }, k) => (isRight ? [k + 1] : []))
      const similarities = Float32Array.from(gallery, ({ similarity }) => similarity / 8)
      expect([...pessimisticRanks(similarities, right)]).toEqual(ranks)
    }),
  )
})

test('average precision is the mean of the precisions at the ranks', () => {
  expect(averagePrecision([1, 3])).toBeCloseTo((1 + 2 / 3) / 2, 12)
})
