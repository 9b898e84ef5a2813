import { describe, expect, test } from 'vitest'
import { dotsANode, dotsOf, planHandshake, strandsOf, strandWidth } from './handshake-layout.ts'
import { bondOf, understandingOf, validationOf, voiceOf, wholeOf } from './understanding.ts'

const pair = (recall: number | undefined, map: number | undefined, gallery = 200) => ({
  queries: 100,
  gallery,
  ...(recall !== undefined && { 'recall@10': recall }),
  ...(map !== undefined && { map }),
  chance: 0.11,
})

describe('understanding', () => {
  const report = {
    split: 'test' as const,
    pairs: {
      'image>text.en': pair(0.6, 0.3),
      'text.en>image': pair(0.8, 0.5),
      'audio>image': pair(undefined, 0.9),
    },
  }

  test('is recall@10 where things can be found, with ten guesses beside it', () => {
    const { measure, pairs } = understandingOf(report)
    expect(measure).toBe('recall@10')
    expect(pairs.map(({ from, to, value, chance }) => [from, to, value, chance])).toEqual([
      ['image', 'text.en', 0.6, 0.05],
      ['text.en', 'image', 0.8, 0.05],
    ])
  })

  test('is mAP where only labels can, with its own chance', () => {
    const { measure, pairs } = understandingOf({ ...report, pairs: { 'audio>image': pair(undefined, 0.9) } })
    expect(measure).toBe('map')
    expect(pairs[0]).toMatchObject({ value: 0.9, chance: 0.11 })
  })

  test('of a pair is the mean of both directions, of a sense that of its queries', () => {
    const understanding = understandingOf(report)
    expect(bondOf(understanding, 'text.en', 'image')).toBeCloseTo(0.7)
    expect(bondOf(understanding, 'audio', 'image')).toBeUndefined()
    expect(voiceOf(understanding, 'image')).toBe(0.6)
    expect(wholeOf(understanding)).toBeCloseTo(0.7)
    expect(wholeOf({ ...understanding, pairs: [] })).toBeUndefined()
  })

  test('is told by a space of itself, or not', () => {
    expect(validationOf({})).toBeUndefined()
    expect(
      validationOf({ chosen: { score: 0.4, pairs: { 'image>text': 0.4, 'text>image': null } } }),
    ).toEqual({
      measure: 'map',
      split: 'val',
      pairs: [{ from: 'image', to: 'text', value: 0.4 }],
    })
  })
})

describe('the picture', () => {
  const size = { width: 800, height: 420 }

  test.each([1, 2, 3, 4, 5, 6])('of %i senses keeps all nodes in view and apart', (count) => {
    for (const { width, height } of [size, { width: 330, height: 360 }]) {
      const { nodes, nodeRadius, centre, radius } = planHandshake(count, { width, height })
      for (const [k, { x, y }] of nodes.entries()) {
        expect(Math.min(x, width - x)).toBeGreaterThan(nodeRadius)
        expect(Math.min(y, height - y - 40)).toBeGreaterThan(nodeRadius)
        expect(Math.hypot(x - centre.x, y - centre.y)).toBeGreaterThan(radius + nodeRadius * 0.9)
        for (const other of nodes.slice(k + 1)) {
          expect(Math.hypot(x - other.x, y - other.y)).toBeGreaterThan(2 * nodeRadius)
        }
      }
    }
  })

  test('has one strand a pair, which do not cross at a node', () => {
    const plan = planHandshake(6, size)
    const strands = strandsOf(plan)
    expect(strands.map(({ nodes }) => nodes.join(''))).toEqual([
      '01',
      '02',
      '03',
      '04',
      '05',
      '12',
      '13',
      '14',
      '15',
      '23',
      '24',
      '25',
      '34',
      '35',
      '45',
    ])
    for (const { halves } of strands) {
      for (const [, end] of halves) {
        expect(Math.hypot(end.x - plan.centre.x, end.y - plan.centre.y)).toBeCloseTo(plan.radius)
      }
    }
  })

  test('grows with the score: lines thicken, dots gather', () => {
    expect(strandWidth(0.1, 3)).toBeLessThan(strandWidth(0.9, 3))
    const plan = planHandshake(3, size)
    const gathered = (score: number) =>
      dotsOf(plan, 1, score).filter(
        ({ x, y }) => Math.hypot(x - plan.centre.x, y - plan.centre.y) < plan.radius + 20,
      )
    expect([0, 0.5, 1, 7].map((score) => gathered(score).length)).toEqual([
      0,
      dotsANode / 2,
      dotsANode,
      dotsANode,
    ])
  })
})
