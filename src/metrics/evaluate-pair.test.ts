import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TongganError } from '../spec/errors.ts'
import { evaluatePair } from './evaluate-pair.ts'
import type { RankedItems } from './right-answers.ts'

/** Items from one word each: `thing:content:label`, label `-` for none. */
function items(...words: string[]): RankedItems {
  const parts = words.map((word) => word.split(':'))
  const code = (text: string) => (text === '-' ? -1 : text.charCodeAt(0))
  return {
    things: Int32Array.from(parts, ([thing]) => code(thing)),
    contents: Int32Array.from(parts, ([, content]) => code(content)),
    labels: Int32Array.from(parts, ([, , label]) => code(label ?? '-')),
  }
}

function table(rows: readonly (readonly number[])[]) {
  return (from: number, to: number) => Float32Array.from(rows.slice(from, to).flat())
}

describe('evaluatePair, by eye', () => {
  const queries = items('a:A', 'b:B', 'c:C', 'd:D')
  const gallery = items('a:1', 'b:2', 'c:3', 'd:4')

  it('counts first ranks', async () => {
    const similarities = table([
      [0.9, 0.1, 0.2, 0.3], // a found first
      [0.8, 0.7, 0.1, 0.2], // b second
      [0.8, 0.7, 0.6, 0.5], // c third
      [0.8, 0.1, 0.6, 0.5], // d third
    ])
    expect(await evaluatePair(queries, gallery, similarities)).toEqual({
      queries: 4,
      gallery: 4,
      'recall@1': 1 / 4,
      'recall@5': 1,
      'recall@10': 1,
      mrr: (1 + 1 / 2 + 1 / 3 + 1 / 3) / 4,
      medianRank: 2.5,
      chance: 1 / 4,
    })
  })

  it('counts ties against the query', async () => {
    const similarities = table([
      [0.5, 0.5, 0.1, 0.1],
      [0.1, 0.5, 0.1, 0.1],
      [0.5, 0.5, 0.5, 0.1],
      [0.5, 0.5, 0.5, 0.5],
    ])
    const report = await evaluatePair(queries, gallery, similarities)
    expect(report).toMatchObject({ 'recall@1': 1 / 4, medianRank: 2.5 }) // ranks 2 1 3 4
  })

  it('takes equal captions of two pictures for one caption, both ways', async () => {
    const pictures = items('a:P', 'b:Q', 'c:R')
    const captions = items('a:x', 'b:x', 'c:y') // a and b have the same words
    const swapped = table([
      [0.1, 0.9, 0.2], // a finds b's caption
      [0.9, 0.1, 0.2], // b finds a's
      [0.9, 0.1, 0.2], // c finds neither
    ])
    expect(await evaluatePair(pictures, captions, swapped)).toMatchObject({
      'recall@1': 2 / 3,
      chance: expect.closeTo(5 / 9, 12),
    })
    expect(await evaluatePair(captions, pictures, swapped)).toMatchObject({
      'recall@1': 2 / 3,
      chance: expect.closeTo(5 / 9, 12),
    })
  })

  it('takes any of a thing that stands in several rows', async () => {
    const drawings = items('a:1', 'a:2', 'b:3')
    const report = await evaluatePair(items('a:A'), drawings, table([[0.1, 0.9, 0.5]]))
    expect(report).toMatchObject({ queries: 1, gallery: 3, 'recall@1': 1, chance: 2 / 3 })
  })

  it('takes equal content of another thing for right within one modality', async () => {
    const english = items('a:o')
    const chinese = items('b:o', 'c:p')
    const similarities = table([[0.9, 0.1]])
    expect(await evaluatePair(english, chinese, similarities)).toBeUndefined()
    expect(await evaluatePair(english, chinese, similarities, { sameModality: true })).toMatchObject({
      queries: 1,
      'recall@1': 1,
    })
  })

  it('leaves out queries that have nothing to find, of each measure on its own', async () => {
    const asked = items('a:A:x', 'b:B:y', 'z:Z:-')
    const answers = items('a:1:x', 'c:2:x', 'd:3:-')
    const report = await evaluatePair(asked, answers, table(Array(3).fill([0.9, 0.5, 0.7])))
    // by thing only a; by label only a, whose two right items have ranks 1 and 3
    expect(report).toMatchObject({ queries: 1, 'recall@1': 1, map: (1 + 2 / 3) / 2 })
  })

  it('scores by label alone where no thing has both senses', async () => {
    const report = await evaluatePair(
      items('a:A:x', 'b:B:y'),
      items('c:1:x', 'd:2:y', 'e:3:x'),
      table([
        [0.9, 0.5, 0.1], // x at ranks 1 and 3
        [0.9, 0.5, 0.1], // y at rank 2
      ]),
    )
    expect(report).toEqual({
      queries: 2,
      gallery: 3,
      map: expect.closeTo((5 / 6 + 1 / 2) / 2, 12),
      chance: expect.any(Number),
    })
    // over every order of 3: one right item scores 1, 1/2 or 1/3; two score 1, 5/6 or 7/12
    expect(report!.chance).toBeCloseTo(((1 + 1 / 2 + 1 / 3) / 3 + (1 + 5 / 6 + 7 / 12) / 3) / 2, 12)
  })

  it('is undefined where nothing can be found', async () => {
    expect(await evaluatePair(items('a:A'), items('b:1'), table([[1]]))).toBeUndefined()
    expect(await evaluatePair(items(), items(), table([]))).toBeUndefined()
  })
})

it('refuses similarities that are not finite', async () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const report = evaluatePair(items('a:A'), items('a:1', 'b:2'), table([[0, bad]]))
    await expect(report).rejects.toMatchObject({ code: 'not-finite' })
  }
})

it('stops when it is asked to', async () => {
  const report = evaluatePair(items('a:A'), items('a:1'), table([[1]]), { signal: AbortSignal.abort() })
  await expect(report).rejects.toSatisfy(
    (error) => error instanceof TongganError && error.code === 'cancelled',
  )
})

const world = fc
  .record({ queries: fc.integer({ min: 1, max: 9 }), gallery: fc.integer({ min: 1, max: 12 }) })
  .chain(({ queries, gallery }) => {
    const some = (count: number) =>
      fc.record({
        things: numbers(count, 0, 4),
        contents: numbers(count, 0, 5),
        labels: numbers(count, -1, 2),
      })
    return fc.record({
      queries: some(queries),
      gallery: some(gallery),
      // few values, so that ties are common
      similarities: numbers(queries * gallery, -3, 3).map((values) =>
        Float32Array.from(values, (v) => v / 4),
      ),
      blockRows: fc.integer({ min: 1, max: 10 }),
      sameModality: fc.boolean(),
    })
  })

function numbers(count: number, min: number, max: number): fc.Arbitrary<Int32Array> {
  return fc
    .array(fc.integer({ min, max }), { minLength: count, maxLength: count })
    .map((v) => Int32Array.from(v))
}

describe('evaluatePair, against a naive oracle', () => {
  it('agrees on every measure, whatever the block', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ queries, gallery, similarities, blockRows, sameModality }) => {
        const size = gallery.things.length
        const block = (from: number, to: number) => similarities.slice(from * size, to * size)
        const report = await evaluatePair(queries, gallery, block, { blockRows, sameModality })
        const naive = naiveReport(queries, gallery, similarities, sameModality)
        expect(report === undefined).toBe(naive === undefined)
        for (const [name, value] of Object.entries(naive ?? {})) {
          expect([name, report![name as 'chance']]).toEqual([name, value && expect.closeTo(value, 10)])
        }
      }),
    )
  })

  it('gives a constant embedding chance or less', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ queries, gallery }) => {
        const size = gallery.things.length
        const report = await evaluatePair(queries, gallery, (from, to) =>
          new Float32Array((to - from) * size).fill(0.25),
        )
        if (report?.map !== undefined) expect(report.map).toBeLessThanOrEqual(report.chance + 1e-12)
        else if (report) expect(report['recall@1']).toBeLessThanOrEqual(report.chance)
      }),
    )
  })
})

/** The definition, word by word: sort the whole gallery with wrong before right among equals, then count. */
function naiveReport(
  queries: RankedItems,
  gallery: RankedItems,
  similarities: Float32Array,
  sameModality: boolean,
) {
  const all = (items: RankedItems) => [...items.things.keys()]
  const isRight = (q: number, g: number) =>
    (sameModality && queries.contents[q] === gallery.contents[g]) ||
    all(queries).some(
      (other) =>
        queries.contents[other] === queries.contents[q] &&
        all(gallery).some(
          (shown) =>
            gallery.contents[shown] === gallery.contents[g] &&
            gallery.things[shown] === queries.things[other],
        ),
    )
  const sameLabel = (q: number, g: number) =>
    queries.labels[q] >= 0 && queries.labels[q] === gallery.labels[g]
  const size = gallery.things.length
  const ordered = (q: number, right: (q: number, g: number) => boolean) =>
    all(gallery)
      .toSorted(
        (a, b) =>
          similarities[q * size + b] - similarities[q * size + a] ||
          Number(right(q, a)) - Number(right(q, b)),
      )
      .map((g) => right(q, g))
  const precision = (hits: boolean[]) => {
    const precisions = hits.flatMap((hit, k) =>
      hit ? [hits.slice(0, k + 1).filter(Boolean).length / (k + 1)] : [],
    )
    return mean(precisions)
  }
  const lists = all(queries).map((q) => ordered(q, isRight))
  const ranks = lists.filter((hits) => hits.includes(true)).map((hits) => hits.indexOf(true) + 1)
  const labelled = all(queries)
    .map((q) => ordered(q, sameLabel))
    .filter((hits) => hits.includes(true))
  if (ranks.length + labelled.length === 0) return undefined
  const sorted = ranks.toSorted((a, b) => a - b)
  const recall = (k: number) => (ranks.length ? mean(ranks.map((rank) => Number(rank <= k))) : undefined)
  return {
    queries: ranks.length || labelled.length,
    gallery: size,
    'recall@1': recall(1),
    'recall@5': recall(5),
    'recall@10': recall(10),
    mrr: ranks.length ? mean(ranks.map((rank) => 1 / rank)) : undefined,
    medianRank: ranks.length
      ? (sorted[Math.ceil(sorted.length / 2) - 1] + sorted[Math.floor(sorted.length / 2)]) / 2
      : undefined,
    map: labelled.length ? mean(labelled.map(precision)) : undefined,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
