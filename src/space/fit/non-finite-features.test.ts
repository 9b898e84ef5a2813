import { describe, expect, test } from 'vitest'
import type { EncodedDataset, Split } from '../../spec/dataset.ts'
import type { TongganError } from '../../spec/errors.ts'
import type { FeatureChunk } from '../../spec/features.ts'
import { fitSpace } from './fit-space.ts'
import { madeUpWorld } from './made-up-world.ts'

const quick = { method: 'cca', dim: 8, lexical: false } as const

/** A world with one number of one item of `text` replaced: of the second row of a split. */
function worldWith(value: number, split: Split, dim?: number): { world: EncodedDataset; item: number } {
  const world = madeUpWorld({ things: 60, views: ['image', 'text'], dim })
  const [image, text] = world.views
  const item = [...text.rows.keys()].filter((k) => world.rows[text.rows[k]].split === split)[1]
  const features = {
    ...text.features,
    async *chunks(options: Parameters<typeof text.features.chunks>[0] = {}): AsyncIterable<FeatureChunk> {
      const { order = [...text.rows.keys()] } = options
      let at = 0
      for await (const chunk of text.features.chunks(options)) {
        if (chunk.kind !== 'dense') continue
        for (let row = 0; row < chunk.rows; row++, at++)
          if (order[at] === item) chunk.data[row * chunk.dim + 3] = value
        yield chunk
      }
    },
  }
  return { world: { ...world, views: [image, { ...text, features }] }, item }
}

describe('one number among the features', () => {
  test.each<[string, number, Split, number]>([
    ['NaN', Number.NaN, 'train', 40],
    ['NaN', Number.NaN, 'val', 40],
    ['infinite', Number.NEGATIVE_INFINITY, 'train', 40],
    ['too large to be squared', 1e20, 'train', 40],
    ['too large to be squared', 1e20, 'val', 40],
    ['too large for the leading subspace of wide features', 1e15, 'train', 600],
  ])(
    'that is %s is refused, with the sense that it is in (%d, %s, %d wide)',
    async (_, value, split, dim) => {
      const { world, item } = worldWith(value, split, dim)
      const error = await fitSpace(world, quick).catch((reason: TongganError) => reason)
      expect(error).toMatchObject({
        code: 'not-finite',
        message: expect.stringContaining('features of text'),
        facts: { received: expect.stringContaining(`${value.toExponential(2)} in item ${item}`) },
      })
    },
  )

  test('that is merely large is borne', async () => {
    const { world } = worldWith(1e6, 'train')
    await (await fitSpace(world, quick)).close()
  })
})
