import { expect, test } from 'vitest'
import type { EncodedDataset, Row } from '../../spec/dataset.ts'
import { fitSpace } from './fit-space.ts'
import { choosingFolds } from './folds.ts'
import { gatherSenses, meaningsOf } from './gather-senses.ts'
import { madeUpWorld, onlyRowsOf } from './made-up-world.ts'

/** All rows for training, in groups of which none is perceived by two views but `paired`. */
function grouped(groups: number, paired: readonly number[] = [...Array(groups).keys()]): EncodedDataset {
  const world = madeUpWorld({ things: 60, views: ['image', 'text'] })
  const rows = world.rows.map((row, i): Row => ({ ...row, split: 'train', group: `g${i % groups}` }))
  const [image, text] = world.views
  const items = [...text.rows.keys()].filter((item) => paired.includes(text.rows[item] % groups))
  const few = {
    ...text,
    rows: Int32Array.from(items, (item) => text.rows[item]),
    contents: Int32Array.from(items, (item) => text.contents[item]),
  }
  return { ...world, rows, views: [image, few] }
}

const foldsOf = (encoded: EncodedDataset) =>
  choosingFolds(encoded, gatherSenses(encoded), meaningsOf(encoded, 'thing'))
const sum = (flags: Uint8Array) => flags.reduce((total, flag) => total + flag, 0)

test('few groups take turns, and each is judged once', () => {
  const folds = foldsOf(grouped(6))
  expect(folds.map(({ fitted, held }) => [sum(fitted), sum(held)])).toEqual([
    [40, 20],
    [40, 20],
    [40, 20],
  ])
})

test('a turn that asks for nothing, or has nothing to learn from, is left out', () => {
  expect(foldsOf(grouped(6, [0]))).toEqual([])
  for (const { fitted, held } of foldsOf(grouped(6, [0, 1]))) {
    const isPaired = (flags: Uint8Array) => flags.some((flag, row) => flag === 1 && row % 6 < 2)
    expect([isPaired(fitted), isPaired(held)]).toEqual([true, true])
  }
})

test('rows that no sense shows do not make a table long', () => {
  const encoded = grouped(60)
  const more = Array.from(
    { length: 3000 },
    (_, i): Row => ({ ...encoded.rows[0], id: `more ${i}`, group: `h${i}` }),
  )
  expect(foldsOf({ ...encoded, rows: [...encoded.rows, ...more] })).toHaveLength(3)
})

test('validation rows that no table asked for take turns with the others', () => {
  const encoded = grouped(6)
  const rows = encoded.rows.map((row, i): Row => ({ ...row, split: i % 6 === 0 ? 'val' : 'train' }))
  expect(foldsOf({ ...encoded, rows })).toHaveLength(1)
  const made = rows.map((row): Row => ({ ...row, isSplitMade: true }))
  expect(foldsOf({ ...encoded, rows: made })).toHaveLength(3)
})

test('a sense that no validation row shows keeps no other from being judged', async () => {
  const world = madeUpWorld({ things: 100, views: ['image', 'text', 'audio'] })
  const isTrain = (row: number) => world.rows[row].split === 'train'
  const [image, text, audio] = world.views
  const encoded = { ...world, views: [image, text, onlyRowsOf(audio, isTrain)] }
  const validation = world.rows.filter(({ split }) => split === 'val').length
  expect(foldsOf(encoded).map(({ held }) => sum(held))).toEqual([validation])
  const space = await fitSpace(encoded, { dim: 8, epochs: 2 })
  expect(space.manifest.fit.race).not.toEqual([])
  expect(Object.keys(space.manifest.evaluation.chosen as object)).toContain('pairs')
  const { pairs } = space.manifest.evaluation.chosen as { pairs: object }
  expect(Object.keys(pairs).sort()).toEqual(['image>text', 'text>image'])
  await space.close()
})

test('a new style of which all validation rows are is halved by things', () => {
  const world = madeUpWorld({ things: 100, views: ['image.old', 'image.new', 'text'] })
  const isVal = (row: number) => world.rows[row].split === 'val'
  const [old, fresh, text] = world.views
  const rows = world.rows.map((row): Row => (row.split === 'val' ? { ...row, group: 'new style' } : row))
  const views = [onlyRowsOf(old, (row) => !isVal(row)), onlyRowsOf(fresh, isVal), text]
  const folds = foldsOf({ ...world, rows, views })
  expect(folds.map(({ held }) => sum(held))).toEqual([10, 10])
})

test('a space says which turns it was chosen by', async () => {
  const quick = { method: 'ridge', dim: 8, lexical: false } as const
  const space = await fitSpace(grouped(6), quick)
  const turn = { fitted: 40, held: 20 }
  expect(space.manifest.fit.turns).toEqual([turn, turn, turn])
  await space.close()
  const unvalidated = await fitSpace(grouped(1), quick)
  expect(unvalidated.manifest.fit.turns).toEqual([])
  await unvalidated.close()
})

test('training that is cut short within the first turn keeps what it has learned there', async () => {
  const enough = new AbortController()
  const space = await fitSpace(grouped(6), {
    method: 'contrastive',
    dim: 8,
    epochs: 12,
    enough: enough.signal,
    onProgress: ({ stage, done, facts }) => {
      if (stage === 'fit' && facts && done === 5) enough.abort()
    },
  })
  expect(space.manifest.fit.history).toHaveLength(5)
  expect(space.manifest.fit.reproducible).toBe(false)
  await space.close()
})
