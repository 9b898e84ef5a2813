import { beforeAll, describe, expect, test } from 'vitest'
import type { EncodedDataset } from '../../spec/dataset.ts'
import type { TongganError } from '../../spec/errors.ts'
import { densify } from '../../spec/features.ts'
import { sameEmbeddings } from '../../spec/same-embeddings.ts'
import { fitSpace } from '../fit/fit-space.ts'
import { recallAt1, testEmbeddings } from '../fit/made-up-recall.ts'
import { madeUpWorld } from '../fit/made-up-world.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import { openSpace } from '../open-space.ts'
import { adaptSpace } from './adapt-space.ts'

const world = madeUpWorld({ things: 300, views: ['image', 'text'], noise: 0.2 })
let space: OnnxSpace
beforeAll(async () => {
  space = await fitSpace(world, { epochs: 4, dim: 16, method: 'cca' })
}, 120_000)

/** Features of `image` in another domain: every one moved by the same, as by another camera. */
function elsewhere(by: number): EncodedDataset {
  const [image, text] = world.views
  const { features } = image
  return {
    ...world,
    views: [
      {
        ...image,
        features: {
          ...features,
          async *chunks(options) {
            for await (const chunk of features.chunks(options)) {
              const data = densify(chunk).map((value, i) => value + by * Math.sin(1 + (i % chunk.dim)))
              yield { kind: 'dense', rows: chunk.rows, dim: chunk.dim, data }
            }
          },
        },
      },
      text,
    ],
  }
}

/** Of the rows that may be fitted on, the first `count`, and all test rows. */
function few({ rows, ...rest }: EncodedDataset, count: number): EncodedDataset {
  let left = count
  const isKept = rows.map(({ split }) => split === 'test' || left-- > 0)
  return {
    ...rest,
    rows: rows.map((row, k) => (isKept[k] ? row : { ...row, split: 'test' as const, id: `unused ${k}` })),
  }
}

describe('adaptSpace', () => {
  const moved = elsewhere(12)

  test('finds more in the new domain by few pairs, and leaves the other sense as it was', async () => {
    const before = await recallAt1(space, moved, 'image', 'text')
    const { space: adapted, chosen, tried } = await adaptSpace(space, few(moved, 30), { sense: 'image' })
    expect(chosen.sense).toBe('image')
    expect(await recallAt1(adapted, moved, 'image', 'text')).toBeGreaterThan(before + 0.1)
    expect((await testEmbeddings(adapted, world, 'text')).data).toEqual(
      (await testEmbeddings(space, world, 'text')).data,
    )
    const unchanged = tried.find(({ method }) => method === 'unchanged')!
    expect(chosen.score).toBeGreaterThan(unchanged.score)
    expect(adapted.manifest.growth).toMatchObject([
      { by: 'adapt', ancestor: space.hash, sense: 'image', towards: ['text'] },
    ])
    expect(sameEmbeddings(adapted, space.hash, 'text')).toBe(true)
    expect(sameEmbeddings(adapted, space.hash, 'image')).toBe(false)
    expect(adapted.calibration?.['image>text']).toBeUndefined()
    const opened = await openSpace(adapted.toFiles())
    expect(await recallAt1(opened, moved, 'image', 'text')).toBe(
      await recallAt1(adapted, moved, 'image', 'text'),
    )
  })

  test('changes nothing where there is nothing to learn: the same graphs, the same hash', async () => {
    const [image, text] = world.views
    const shuffled = { ...world, views: [image, { ...text, rows: text.rows.slice().map((_, k) => k) }] }
    const noise = madeUpWorld({ things: 300, views: ['image', 'text'], seed: 77 })
    const unrelated = { ...shuffled, views: [image, noise.views[1]] }
    const { space: same, chosen } = await adaptSpace(space, few(unrelated, 20))
    expect(chosen).toMatchObject({ method: 'unchanged' })
    expect(same.hash).toBe(space.hash)
    expect(same.toFiles()).toEqual(space.toFiles())
  })

  test('the same pairs give the same space', async () => {
    const [a, b] = [await adaptSpace(space, few(moved, 10)), await adaptSpace(space, few(moved, 10))]
    expect(a.space.hash).toBe(b.space.hash)
    expect(a.tried).toEqual(b.tried)
  })

  const [image, text] = world.views
  test.each([
    ['a sense that is not there', world, { sense: 'audio' as const }, 'wrong-usage', 'image or text'],
    ['one sense alone', { ...world, views: [image] }, {}, 'wrong-usage', 'two senses'],
    ['too few pairs', few(world, 3), {}, 'not-enough-data', 'at least 4'],
    [
      'another encoder',
      { ...world, views: [image, { ...text, encoder: { ...text.encoder, fingerprint: 'other' } }] },
      {},
      'encoder-mismatch',
      'made-up',
    ],
  ])('refuses %s', async (_, table, options, code, message) => {
    const error = await adaptSpace(space, table, options).catch((reason: TongganError) => reason)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})
