import { describe, expect, it } from 'vitest'
import type { EncodedDataset, EncodedView, Row, Split } from '../spec/dataset.ts'
import { densify, type Features } from '../spec/features.ts'
import { type ModalityName, modalityOfView } from '../spec/modality.ts'
import type { Space } from '../spec/space.ts'
import { evaluate } from './evaluate.ts'

const dim = 2

function refuse(): never {
  throw new Error('not asked for in this test')
}

/** Embeddings are the features, as they are. */
function identitySpace(...modalities: ModalityName[]): Space {
  return {
    hash: '0'.repeat(64),
    dim,
    modalities: modalities.map((name) => ({
      name,
      encoder: { id: `test/${name}`, fingerprint: name, parameters: {} },
      featureDim: dim,
      views: [name],
    })),
    embed: async (_, features) => densify(features).slice(),
    toFiles: refuse,
    save: refuse,
    close: refuse,
  }
}

function features(rows: readonly (readonly number[])[]): Features {
  return {
    count: rows.length,
    dim,
    kind: 'dense',
    async *chunks({ order = [...rows.keys()], chunkRows = 2 } = {}) {
      const wanted = Array.from(order, (row) => rows[row])
      for (let from = 0; from < wanted.length; from += chunkRows) {
        const part = wanted.slice(from, from + chunkRows)
        yield { kind: 'dense', rows: part.length, dim, data: Float32Array.from(part.flat()) }
      }
    },
  }
}

interface Thing {
  id: string
  label?: string
  split?: Split
  /** View → angle of its item in degrees. */
  items: Record<string, number>
}

/** Items of equal angle have equal content. */
function circle(things: readonly Thing[], fingerprint = (modality: string) => modality): EncodedDataset {
  const rows = things.map(
    ({ id, label, split = 'test' }, k): Row => ({ id, label, split, number: k + 1, cells: {} }),
  )
  const names = [...new Set(things.flatMap(({ items }) => Object.keys(items)))]
  const views = names.map((name): EncodedView => {
    const modality = modalityOfView(name)!
    const present = things.flatMap(({ items }, k) => (name in items ? [{ k, angle: items[name] }] : []))
    const radians = present.map(({ angle }) => (angle * Math.PI) / 180)
    return {
      name,
      modality,
      source: 'raw',
      encoder: { id: `test/${modality}`, fingerprint: fingerprint(modality), parameters: {} },
      features: features(radians.map((angle) => [Math.cos(angle), Math.sin(angle)])),
      rows: Int32Array.from(present, ({ k }) => k),
      contents: Int32Array.from(present, ({ angle }) => angle),
    }
  })
  return { name: 'circle', rows, views, problems: [], splits: 'written' }
}

describe('evaluate', () => {
  it('tells pairs of senses that were never fitted as one; views of one sense are', async () => {
    const things = circle([
      { id: 'a', items: { image: 0, 'text.en': 1, 'text.zh': 2, audio: 3 } },
      { id: 'b', items: { image: 90, 'text.en': 91, 'text.zh': 92, audio: 93 } },
    ])
    const space = identitySpace('image', 'text', 'audio')
    const paired = [
      ['text', 'image'],
      ['audio', 'text'],
    ] as const
    const { pairs } = await evaluate({ ...space, paired }, things)
    const emergent = Object.keys(pairs).filter((name) => pairs[name].emergent)
    expect(emergent.sort()).toEqual(['audio>image', 'image>audio'])
    const unknown = await evaluate(space, things)
    expect(Object.values(unknown.pairs).some((pair) => 'emergent' in pair)).toBe(false)
  })

  it('reports every ordered pair of different views, in the order of the views', async () => {
    const things = [0, 90, 180].map((angle, k) => ({
      id: `thing ${k}`,
      items: { 'image.a': angle, 'image.b': angle + 10, text: angle + 60 },
    }))
    const { split, pairs } = await evaluate(identitySpace('image', 'text'), circle(things))
    expect(split).toBe('test')
    expect(Object.keys(pairs)).toEqual([
      'image.a>image.b',
      'image.a>text',
      'image.b>image.a',
      'image.b>text',
      'text>image.a',
      'text>image.b',
    ])
    // a text at 60° is nearer to the next thing's picture at 90°; the one at 240° has no next one
    expect(pairs['text>image.a']).toMatchObject({ queries: 3, gallery: 3, 'recall@1': 1 / 3, medianRank: 2 })
    expect(pairs['image.a>image.b']).toMatchObject({ 'recall@1': 1, medianRank: 1, chance: 1 / 3 })
  })

  it('tells how the items lie in the space', async () => {
    const things = [0, 90, 180, 270].map((angle, k) => ({
      id: `thing ${k}`,
      items: { image: angle, text: angle + 60 },
    }))
    const { geometry } = await evaluate(identitySpace('image', 'text'), circle(things))
    // all around the circle: both directions used alike; two pairs of three at right angles, one opposite
    const spread = Math.log((2 * Math.exp(-4) + Math.exp(-8)) / 3)
    for (const name of ['image', 'text'])
      expect(geometry.views[name]).toEqual({
        items: 4,
        effectiveRank: expect.closeTo(2),
        uniformity: expect.closeTo(spread),
      })
    // 60 degrees apart: 2 - 2 cos 60; a gallery of four has no hubs to speak of
    expect(geometry.pairs['image>text']).toEqual({
      modalityGap: expect.closeTo(0),
      alignment: expect.closeTo(1),
    })
  })

  it('holds the confidence of the space against what is right', async () => {
    const things = Array.from({ length: 12 }, (_, k) => ({
      id: `thing ${k}`,
      items: { image: 30 * k, text: 30 * k + (k < 6 ? 5 : 25) },
    }))
    const odds = { answers: 'many', slope: 0, offset: Math.log(3), threshold: 0.5 } as const
    const calibration = { 'image>text': { ...odds, queries: 9, falseAccepts: 0, falseRejects: 0 } }
    const space = { ...identitySpace('image', 'text'), calibration }
    const { pairs } = (await evaluate(space, circle(things))).geometry
    // always 0.75 sure; the texts of things 7 to 11 and 0 lie nearer to the next picture
    const found = pairs['image>text'].calibration!
    expect(found).toMatchObject({ queries: 12, confidence: 0.75, falseAccepts: 1, falseRejects: 0 })
    expect(found.ece).toBeCloseTo(Math.abs(0.75 - found.right))
    expect(found.brier).toBeCloseTo(found.right * 0.0625 + (1 - found.right) * 0.5625)
    expect(found.right).toBeGreaterThan(0.4)
    expect(found.right).toBeLessThan(0.6)
    expect(pairs['text>image'].calibration).toBeUndefined()
  })

  it('uses the rows of its split only', async () => {
    const things = [
      { id: 'a', items: { image: 0, text: 1 } },
      { id: 'b', items: { image: 90, text: 91 } },
      { id: 'a', split: 'train' as const, items: { image: 91, text: 0 } },
      { id: 'c', split: 'val' as const, items: { image: 0, text: 0 } },
    ]
    const space = identitySpace('image', 'text')
    const test = await evaluate(space, circle(things))
    expect(test.pairs['image>text']).toMatchObject({ queries: 2, gallery: 2, 'recall@1': 1 })
    const val = await evaluate(space, circle(things), { split: 'val' })
    expect(val).toMatchObject({ split: 'val', pairs: { 'image>text': { queries: 1, gallery: 1 } } })
  })

  it('scores by label alone where no row has both senses', async () => {
    const things: Thing[] = [
      { id: 'p1', label: 'cat', items: { image: 0 } },
      { id: 'p2', label: 'dog', items: { image: 90 } },
      { id: 's1', label: 'cat', items: { audio: 80 } },
      { id: 's2', label: 'dog', items: { audio: 100 } },
    ]
    const { pairs } = await evaluate(identitySpace('image', 'audio'), circle(things))
    expect(pairs['image>audio']).toEqual({ queries: 2, gallery: 2, map: 0.75, chance: 0.75 })
  })

  it('gives a constant embedding chance or less, however large the gallery', async () => {
    const things = Array.from({ length: 301 }, (_, k) => ({
      id: `thing ${k}`,
      label: k % 3 === 0 ? 'fizz' : 'other',
      items: { image: 33, text: 33 },
    }))
    const encoded = circle(things)
    const distinct = encoded.views.map((view) => ({ ...view, contents: view.rows }))
    const { pairs } = await evaluate(identitySpace('image', 'text'), { ...encoded, views: distinct })
    for (const report of Object.values(pairs)) {
      expect(report).toMatchObject({ 'recall@1': 0, 'recall@10': 0, medianRank: 301 })
      expect(report.map).toBeLessThanOrEqual(report.chance)
    }
  })

  it('leaves out senses that the space does not know or that were not asked for', async () => {
    const things = [0, 90].map((angle, k) => ({
      id: `thing ${k}`,
      items: { image: angle, 'text.en': angle, 'text.zh': angle, audio: angle },
    }))
    const space = identitySpace('image', 'text')
    expect(Object.keys((await evaluate(space, circle(things))).pairs)).toHaveLength(6)
    const { pairs } = await evaluate(space, circle(things), { senses: ['image', 'text.zh'] })
    expect(Object.keys(pairs)).toEqual(['image>text.zh', 'text.zh>image'])
    const texts = await evaluate(space, circle(things), { senses: ['text'] })
    expect(Object.keys(texts.pairs)).toEqual(['text.en>text.zh', 'text.zh>text.en'])
    await expect(evaluate(space, circle(things), { senses: ['audio'] })).rejects.toThrow(
      'evaluate: senses: expected views that both the space and circle have (image, text.en, text.zh), received audio',
    )
  })

  it('says why nothing can be evaluated', async () => {
    const space = identitySpace('image', 'text')
    const apart = circle([
      { id: 'a', items: { image: 0 } },
      { id: 'b', items: { text: 0 } },
    ])
    await expect(evaluate(space, apart)).rejects.toThrow('received 2 rows with nothing to find')
    await expect(evaluate(space, apart, { split: 'val' })).rejects.toThrow('received no val rows')
    const single = circle([{ id: 'a', label: 'x', items: { image: 0 } }])
    await expect(evaluate(space, single)).rejects.toMatchObject({ code: 'not-enough-data' })
  })

  it('refuses features of another encoder, and embeddings that are not finite', async () => {
    const things = [{ id: 'a', items: { image: 0, text: 1 } }]
    const other = circle(things, (modality) => `${modality}, another`)
    await expect(evaluate(identitySpace('image', 'text'), other)).rejects.toThrow(
      'embed image: expected features of test/image (image), received of test/image (image, a)',
    )
    const broken = circle([{ id: 'a', items: { image: Number.NaN, text: 1 } }])
    await expect(evaluate(identitySpace('image', 'text'), broken)).rejects.toMatchObject({
      code: 'not-finite',
    })
  })

  it('tells how far it is and stops when it is asked to', async () => {
    const things = [{ id: 'a', items: { image: 0, text: 1 } }]
    const heard: string[] = []
    await evaluate(identitySpace('image', 'text'), circle(things), {
      onProgress: ({ stage, done, total, unit }) => heard.push(`${stage} ${done}/${total} ${unit}`),
    })
    expect(heard).toEqual([
      'embed image 1/1 items',
      'embed text 1/1 items',
      'evaluate 1/2 pairs',
      'evaluate 2/2 pairs',
    ])
    const aborted = evaluate(identitySpace('image', 'text'), circle(things), { signal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ code: 'cancelled' })
  })
})
