import { beforeAll, describe, expect, test } from 'vitest'
import type { EncodedDataset } from '../../spec/dataset.ts'
import type { TongganError } from '../../spec/errors.ts'
import { sameEmbeddings } from '../../spec/same-embeddings.ts'
import { fitSpace } from '../fit/fit-space.ts'
import { recallAt1, testEmbeddings } from '../fit/made-up-recall.ts'
import { madeUpWorld, onlyItemsOf } from '../fit/made-up-world.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import { openSpace } from '../open-space.ts'
import { extendSpace } from './extend-space.ts'

const small = { epochs: 4, dim: 16 }
const world = madeUpWorld({ things: 200, views: ['image', 'text.en', 'text.zh', 'audio'], noise: 0.2 })
const only = (...names: string[]): EncodedDataset => ({
  ...world,
  views: world.views.filter(({ name }) => names.includes(name)),
})
const hubAndNew = only('text.en', 'text.zh', 'audio')
let space: OnnxSpace
let extended: OnnxSpace

beforeAll(async () => {
  space = await fitSpace(only('image', 'text.en', 'text.zh'), small)
  extended = await extendSpace(space, hubAndNew, { epochs: 4 })
}, 120_000)

describe('extendSpace', () => {
  test('leaves every file that was there, and adds one', () => {
    const [before, after] = [space.toFiles(), extended.toFiles()]
    expect(after.size).toBe(before.size + 1)
    for (const { name, sha256 } of space.manifest.files) {
      expect(after.get(name)).toEqual(before.get(name))
      expect(extended.manifest.files).toContainEqual(expect.objectContaining({ name, sha256 }))
    }
    expect(extended.hash).not.toBe(space.hash)
  })

  test('embeddings of the old senses are the same, bit for bit, from files, too', async () => {
    const opened = await openSpace(extended.toFiles())
    for (const view of ['image', 'text.en']) {
      const [old, grown] = [
        await testEmbeddings(space, world, view),
        await testEmbeddings(opened, world, view),
      ]
      expect(grown.data).toEqual(old.data)
    }
  })

  test('the new sense finds its hub, and through it what it was never paired with', async () => {
    const direct = await fitSpace(only('image', 'audio'), small)
    expect(await recallAt1(extended, world, 'audio', 'text.en')).toBeGreaterThan(0.7) // chance: 1/40
    for (const [from, to] of [
      ['audio', 'image'],
      ['image', 'audio'],
    ]) {
      const paired = await recallAt1(direct, world, from, to)
      expect(await recallAt1(extended, world, from, to)).toBeGreaterThanOrEqual(0.9 * paired)
    }
  })

  test('the space says what it grew by, and from what', () => {
    const { growth, paired, fit } = extended.manifest
    expect(growth).toMatchObject([
      {
        by: 'extend',
        ancestor: space.hash,
        sense: 'audio',
        towards: ['text.en', 'text.zh'],
        splits: { rows: { train: 120, val: 40, test: 40 } },
        fit: { solver: expect.stringMatching(/ridge|smoother/) },
      },
    ])
    expect(fit).toEqual(space.manifest.fit)
    expect(paired).toEqual([
      ['image', 'text'],
      ['text', 'audio'],
    ])
    for (const sense of ['image', 'text'] as const)
      expect(sameEmbeddings(extended, space.hash, sense)).toBe(true)
    expect(sameEmbeddings(extended, space.hash, 'audio')).toBe(false)
    expect(sameEmbeddings(space, extended.hash, 'image')).toBe(false)
  })

  test('a sense with the features of the hub finds it', async () => {
    const [en] = only('text.en').views
    const copy = { ...en, name: 'code', modality: 'code' as const }
    const twice = { ...world, views: [en, copy] }
    const wider = await extendSpace(space, twice, { hub: 'text.en', epochs: 2 })
    expect(await recallAt1(wider, twice, 'code', 'text.en')).toBeGreaterThan(0.95)
    expect(await recallAt1(wider, twice, 'text.en', 'code')).toBeGreaterThan(0.95)
  })

  test('pairs by label, where no thing is shared', async () => {
    const [en] = only('text.en').views
    const [audio] = only('audio').views
    const odd = [...audio.rows.keys()].filter((item) => audio.rows[item] % 2 === 1)
    const even = [...en.rows.keys()].filter((item) => en.rows[item] % 2 === 0)
    const apart = { ...world, views: [onlyItemsOf(en, even), onlyItemsOf(audio, odd)] }
    await expect(extendSpace(space, apart)).rejects.toMatchObject({ code: 'not-enough-data' })
    const wider = await extendSpace(space, apart, { positives: 'label', epochs: 2 })
    const { evaluation } = wider.manifest.growth![0]
    expect((evaluation.chosen as { score: number }).score).toBeGreaterThan(0.5) // four labels: about 0.3 by chance
  })

  const [en, zh, audio] = hubAndNew.views
  const someOf = (view: typeof en, keep: (row: number) => boolean) =>
    onlyItemsOf(
      view,
      [...view.rows.keys()].filter((item) => keep(view.rows[item])),
    )
  const isEven = (row: number) => row % 2 === 0
  const isOdd = (row: number) => row % 2 === 1

  test.each([
    ['one view', [audio]],
    ['two views', [audio, { ...audio, name: 'audio.b' }]],
  ])(
    'a sense, in %s, that never met its hub is refused, however often views of the hub met',
    async (_, own) => {
      const views = [someOf(en, isEven), someOf(zh, isEven), ...own.map((view) => someOf(view, isOdd))]
      await expect(extendSpace(space, { ...world, views })).rejects.toMatchObject({
        code: 'not-enough-data',
        message: expect.stringContaining('both audio and text perceive, received 0'),
      })
    },
  )

  test('nothing is chosen by validation rows in which only views of the hub meet', async () => {
    const isHeld = (row: number) => world.rows[row].split === 'val'
    const views = [
      someOf(en, (row) => !isHeld(row) || isEven(row)),
      someOf(zh, (row) => !isHeld(row) || isEven(row)),
      someOf(audio, (row) => !isHeld(row) || isOdd(row)),
    ]
    const wider = await extendSpace(space, { ...world, views })
    expect(wider.manifest.growth![0]).toMatchObject({ evaluation: {}, fit: { solver: 'ridge', turns: [] } })
    expect(await recallAt1(wider, world, 'audio', 'text.en')).toBeGreaterThan(0.7) // chance: 1/40
  })

  test('the same seed gives the same space', async () => {
    expect((await extendSpace(space, hubAndNew, { epochs: 4 })).hash).toBe(extended.hash)
  })

  test('grows again, and knows all that it grew out of', async () => {
    const motion = { ...only('audio').views[0], name: 'motion', modality: 'motion' as const }
    const again = await extendSpace(
      extended,
      { ...world, views: [...only('image').views, motion] },
      { epochs: 1 },
    )
    expect(again.ancestors).toEqual([
      { hash: space.hash, changed: ['audio', 'motion'] },
      { hash: extended.hash, changed: ['motion'] },
    ])
    expect(sameEmbeddings(again, extended.hash, 'audio')).toBe(true)
  })

  test('few pairs, too few to hold any out: the simplest closed form', async () => {
    const few = {
      ...hubAndNew,
      rows: world.rows.map((row) => ({ ...row, group: 'one', split: 'train' as const })),
    }
    const wider = await extendSpace(space, few)
    expect(wider.manifest.growth![0]).toMatchObject({ evaluation: {}, fit: { solver: 'ridge', epochs: 0 } })
  })

  const empty = {
    ...world,
    rows: [],
    views: only('text.en', 'audio').views.map((view) => onlyItemsOf(view, [])),
  }
  test.each([
    [
      'a sense that is there',
      only('text.en', 'image'),
      { sense: 'image' as const },
      'wrong-usage',
      'does not have',
    ],
    ['nothing new', only('text.en', 'image'), {}, 'wrong-usage', 'there is none'],
    ['a hub that the space lacks', hubAndNew, { hub: 'video' }, 'wrong-usage', 'image, text'],
    ['a hub that the table lacks', hubAndNew, { hub: 'image' }, 'wrong-usage', '(text)'],
    ['several hubs, none named', only('image', 'text.en', 'audio'), {}, 'wrong-usage', 'several'],
    ['a table without a hub', only('audio'), {}, 'wrong-usage', 'there is none'],
    ['another encoder', otherEncoder(), {}, 'encoder-mismatch', 'made-up'],
    ['no rows', empty, {}, 'not-enough-data', 'at least 4'],
    ['a wrong number', hubAndNew, { seed: -1 }, 'wrong-usage', 'extend: seed'],
  ])('refuses %s', async (_, table, options, code, message) => {
    const error = await extendSpace(space, table, options).catch((reason: TongganError) => reason)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

function otherEncoder(): EncodedDataset {
  const [en, audio] = only('text.en', 'audio').views
  return { ...world, views: [{ ...en, encoder: { ...en.encoder, fingerprint: 'other' } }, audio] }
}
