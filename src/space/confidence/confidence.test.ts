import { describe, expect, it } from 'vitest'
import { Random } from '../../math/random.ts'
import { expectedCalibrationError } from '../../metrics/calibration-error.ts'
import { leading } from '../../metrics/leading.ts'
import { answerNumbers } from './answer-numbers.ts'
import { confidenceOf, leadingHits, matchProbability, type Odds } from './confidence.ts'
import { chooseThreshold, type JudgedQuery, learnConfidence } from './learn-confidence.ts'

/** odds of e^(10·similarity) */
const one: Odds = { answers: 'one', slope: 10, offset: 0 }
const many: Odds = { ...one, answers: 'many' }
const lead = (odds: number, answer = 0, gallery = 1) => ({ similarity: Math.log(odds) / 10, answer, gallery })
const hits = (odds: Odds, leads: ReturnType<typeof lead>[]) =>
  [...confidenceOf(odds, leads).hits].map((value) => Number(value.toFixed(6)))

describe('confidenceOf', () => {
  it.each([
    ['one hit of a gallery of one: its odds against nothing', one, [lead(3)], [0.75]],
    ['two things compete', one, [lead(3), lead(1, 1)], [0.6, 0.2]],
    ['two views of one thing do not', one, [lead(3), lead(1, 0)], [0.75, 0.5]],
    ['of three in the gallery a third is left', one, [lead(3, 0, 3)], [0.5]],
    ['by label nothing competes', many, [lead(3), lead(1, 1)], [0.75, 0.5]],
    ['nor does the gallery count', many, [lead(3, 0, 1000)], [0.75]],
  ] as const)('%s', (_, odds, leads, expected) => {
    expect(hits(odds, [...leads])).toEqual(expected)
  })

  it('does not depend on how many hits were asked for', () => {
    const leads = Array.from({ length: 40 }, (_, k) => lead(5 / (k + 1), k))
    const all = hits(one, leads)
    expect(hits(one, leads.slice(0, leadingHits))).toEqual(all.slice(0, leadingHits))
    expect(all).toEqual(all.toSorted((a, b) => b - a))
  })

  it('never adds up to more than 1 where one thing answers, however sure', () => {
    const sure = Array.from({ length: 5 }, (_, k) => ({ similarity: 1000, answer: k, gallery: 5 }))
    const { hits, evidence } = confidenceOf(one, sure)
    expect([...hits]).toEqual(Array(5).fill(expect.closeTo(0.2)))
    expect(evidence).toBeCloseTo(1)
  })
})

it('a pair matches with the odds of a gallery of one', () => {
  expect(matchProbability(one, 0)).toBe(0.5)
  expect(matchProbability(one, Math.log(3) / 10)).toBeCloseTo(0.75)
})

it('items are one answer with the first that is the same', () => {
  expect(answerNumbers(['a', 'b', 'A', 'c', 'B'], (a, b) => a.toLowerCase() === b.toLowerCase())).toEqual([
    0, 1, 0, 3, 1,
  ])
})

describe('chooseThreshold', () => {
  it.each([
    ['told apart: the middle, in log-odds', [0.9, 0.99], [0.01, 0.1], 0.5, 0, 0],
    ['fewest errors', [0.6, 0.7], [0.1, 0.1, 0.1, 0.1, 0.8], 0.29, 0.2, 0],
    ['one in ten may be turned away', [0.05, ...Array(9).fill(0.6)], [0.1, 0.1, 0.1], 0.29, 0, 0.1],
    ['but not two', [0.05, 0.05, ...Array(8).fill(0.6)], [0.1, 0.1, 0.1], 0, 1, 0],
  ])('%s', (_, present, absent, threshold, falseAccepts, falseRejects) => {
    const chosen = chooseThreshold(present, absent)
    expect(chosen.threshold).toBeCloseTo(threshold, 2)
    expect(chosen.falseAccepts).toBeCloseTo(falseAccepts)
    expect(chosen.falseRejects).toBeCloseTo(falseRejects)
  })
})

describe('learnConfidence', () => {
  /** Similarities of right items are drawn around 0.5, of others around 0; both with a spread of 0.15. */
  function queriesOf(count: number, gallery: number, rightItems: number, seed: number): JudgedQuery[] {
    const random = new Random(seed)
    return Array.from({ length: count }, () => {
      const row = Array.from(
        { length: gallery },
        (_, k) => (k < rightItems ? 0.5 : 0) + 0.15 * random.normal(),
      )
      const right = Array.from({ length: rightItems }, (_, k) => k)
      const judged = (leftOut: number[]) =>
        leading(row, leadingHits, leftOut).map(({ position, similarity }) => ({
          similarity,
          answer: position,
          gallery: gallery - leftOut.length,
          right: position < rightItems,
        }))
      return { leads: judged([]), withoutAnswer: judged(right) }
    })
  }

  it.each([
    ['one', 1],
    ['many', 20],
  ] as const)('means what it says on queries it has not seen: %s', async (answers, rightItems) => {
    const learned = await learnConfidence(queriesOf(600, 100, rightItems, 1), answers)
    // of the pairs themselves, equal spreads make the log-odds linear: slope = distance / variance
    if (answers === 'one') expect(learned?.slope).toBeCloseTo(0.5 / 0.15 ** 2, -1)
    const fresh = queriesOf(1500, 100, rightItems, 2)
    const confidences = fresh.map(({ leads }) => confidenceOf(learned!, leads).hits[0])
    const right = fresh.map(({ leads }) => Number(leads[0].right))
    expect(expectedCalibrationError(confidences, right)).toBeLessThan(0.04)
    const passes = (leads: JudgedQuery['leads']) =>
      confidenceOf(learned!, leads).evidence >= learned!.threshold
    const accepted = fresh.filter(({ withoutAnswer }) => passes(withoutAnswer)).length / fresh.length
    const rejected = fresh.filter(({ leads }) => !passes(leads)).length / fresh.length
    expect(Math.abs(accepted - learned!.falseAccepts)).toBeLessThan(0.06)
    expect(Math.abs(rejected - learned!.falseRejects)).toBeLessThan(0.06)
    expect(learned!.falseRejects).toBeLessThanOrEqual(0.1)
  })

  it('carries over to a gallery ten times as large, where one thing answers', async () => {
    const learned = await learnConfidence(queriesOf(600, 50, 1, 1), 'one')
    const larger = queriesOf(1000, 500, 1, 2)
    const confidences = larger.map(({ leads }) => confidenceOf(learned!, leads).hits[0])
    const right = larger.map(({ leads }) => Number(leads[0].right))
    expect(expectedCalibrationError(confidences, right)).toBeLessThan(0.06)
  })

  it('is absent of too few queries, of a gallery with nothing else, and where similarity says the opposite', async () => {
    expect(await learnConfidence(queriesOf(19, 30, 1, 1), 'one')).toBeUndefined()
    expect(await learnConfidence(queriesOf(50, 3, 3, 1), 'many')).toBeUndefined()
    const turned = queriesOf(100, 8, 1, 1).map(({ leads, withoutAnswer }) => {
      const opposite = (list: typeof leads) =>
        list.map((entry) => ({ ...entry, similarity: -entry.similarity })).reverse()
      return { leads: opposite(leads), withoutAnswer: opposite(withoutAnswer) }
    })
    expect(await learnConfidence(turned, 'one')).toBeUndefined()
  })
})
