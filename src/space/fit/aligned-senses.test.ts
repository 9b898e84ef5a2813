import { expect, test } from 'vitest'
import type { EncodedDataset } from '../../spec/dataset.ts'
import { fitSpace } from './fit-space.ts'
import { madeUpWorld } from './made-up-world.ts'
import type { RaceEntry } from './recipe.ts'

const small = { epochs: 1, dim: 8 }

/** Pictures and words whose features are the same numbers but for noise: two views of one made-up sense, under two names. */
function alignedWorld(alignments: readonly (string | undefined)[]): EncodedDataset {
  const { views, ...world } = madeUpWorld({ things: 100, views: ['text.en', 'text.zh'], noise: 0.4, dim: 24 })
  const names = ['image', 'text'] as const
  return {
    ...world,
    views: views.map((view, v) => ({
      ...view,
      name: names[v],
      modality: names[v],
      encoder: { id: 'tower', fingerprint: names[v], parameters: {}, alignment: alignments[v] },
    })),
  }
}

const aligned = alignedWorld(['pair', 'pair'])

test('towers that are aligned are compared as they are: unit rows of the features themselves', async () => {
  const space = await fitSpace(aligned, { ...small, method: 'identity' })
  expect(space.dim).toBe(24)
  expect(space.manifest.fit).toMatchObject({ solver: 'identity', inputs: 'features', epochs: 0 })
  for await (const chunk of aligned.views[0].features.chunks({ order: [3] })) {
    if (chunk.kind !== 'dense') continue
    const length = Math.hypot(...chunk.data)
    const embedding = await space.embed('image', chunk)
    for (const [k, value] of embedding.entries()) expect(value).toBeCloseTo(chunk.data[k] / length, 5)
  }
})

test('auto races them against what fitting makes of them', async () => {
  const space = await fitSpace(aligned, small)
  const race = space.manifest.fit.race as unknown as RaceEntry[]
  expect(race.find(({ method }) => method === 'identity')).toMatchObject({ inputs: 'features' })
  expect(race.some(({ method, inputs }) => method === 'cca' && inputs === 'linear')).toBe(true)
  expect(race.filter(({ inputs }) => inputs === 'features')).toHaveLength(1)
})

test('they can be fitted further by any other method', async () => {
  const space = await fitSpace(aligned, { ...small, method: 'ridge' })
  expect(space.manifest.fit).toMatchObject({ solver: 'ridge' })
  expect(space.dim).toBe(8)
})

test.each([
  ['none of them is', [undefined, undefined]],
  ['one of them is not', ['pair', undefined]],
  ['they are of two models', ['pair', 'another']],
])('senses cannot be taken as they are where %s', async (_, alignments) => {
  const world = alignedWorld(alignments)
  await expect(fitSpace(world, { ...small, method: 'identity' })).rejects.toMatchObject({
    code: 'not-enough-data',
    message: expect.stringContaining('CLIP'),
  })
})

test('nor where there is nothing to validate on', async () => {
  const world = alignedWorld([undefined, undefined])
  const rows = world.rows.map((row) => ({ ...row, group: 'one', split: 'train' as const }))
  const unvalidated = { ...world, rows }
  await expect(fitSpace(unvalidated, { ...small, method: 'identity' })).rejects.toMatchObject({
    code: 'not-enough-data',
    message: expect.stringContaining('CLIP'),
  })
  const { manifest } = await fitSpace(unvalidated, small)
  expect(manifest.fit).toMatchObject({ solver: 'cca', inputs: 'linear' })
})
