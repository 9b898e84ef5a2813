import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row, Split } from './dataset.ts'
import { bindingKeys, heldOut, sampleOfThings, validationRows, validationTurns } from './splits.ts'

test('rows are bound by group, else by the group of their id, else by id', () => {
  expect(
    bindingKeys([{ id: 'a', group: 'g' }, { id: 'a' }, { id: 'b' }, { id: 'b' }, { id: 'a', group: 'h' }]),
  ).toEqual(['group g', 'group g', 'id b', 'id b', 'group h'])
})

test.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [9, 1],
])('of %i keys %i is held out', (keys, held) => {
  const rows = Array.from({ length: keys }, (_, i) => ({ id: String(i) }))
  expect(sum(heldOut(rows))).toBe(held)
})

test('of many keys about a tenth is held out', () => {
  for (const name of [(i: number) => String(i), (i: number) => `thing-${i}`, (i: number) => `猫 ${i}.png`]) {
    const share = sum(heldOut(Array.from({ length: 20_000 }, (_, i) => ({ id: name(i) })))) / 20_000
    expect(Math.abs(share - 0.1)).toBeLessThan(0.01)
  }
})

const boundRows = fc.array(
  fc.record({
    id: fc.integer({ max: 30, min: 0 }).map(String),
    group: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined }),
  }),
)

test('never between rows of one key, whatever the order of rows', () => {
  fc.assert(
    fc.property(boundRows, (rows) => {
      const keys = bindingKeys(rows)
      const held = heldOut(rows)
      const byKey = new Map(keys.map((key, i) => [key, held[i]]))
      keys.forEach((key, i) => {
        expect(held[i]).toBe(byKey.get(key))
      })
      const ungrouped = rows.map(({ id }) => ({ id }))
      expect([...heldOut([...ungrouped].reverse())].reverse()).toEqual([...heldOut(ungrouped)])
      if (new Set(keys).size > 1) expect(sum(held)).toBeGreaterThan(0)
    }),
  )
})

test('what is held out of many stays so as the table grows', () => {
  const rows = Array.from({ length: 500 }, (_, i) => ({ id: `thing ${i}` }))
  const before = heldOut(rows.slice(0, 400))
  expect(heldOut(rows).slice(0, 400)).toEqual(before)
})

test('written validation rows serve; else some training rows do, never test rows', () => {
  expect([...validationRows(rowsOf('train', 'val', 'test', 'train'))]).toEqual([0, 1, 0, 0])
  const carved = rowsOf(...Array.from({ length: 200 }, (_, i): Split => (i < 150 ? 'train' : 'test')))
  const held = validationRows(carved)
  expect(held.slice(0, 150)).toEqual(heldOut(carved.slice(0, 150)))
  expect(sum(held.slice(150))).toBe(0)
  expect(sum(held)).toBeGreaterThan(0)
})

const many = (count: number, keys: number): Row[] =>
  rowsOf(...Array.from({ length: count }, (_, i): Split => (i % 5 === 4 ? 'test' : 'train'))).map(
    (row, i) => ({
      ...row,
      group: `key ${i % keys}`,
    }),
  )

test.each([
  ['few rows', many(300, 100)],
  ['many rows of few groups', many(4000, 9)],
  ['rows of three groups', many(30, 3)],
])('%s take turns: all training rows once, those of a key together, none of the test', (_, rows) => {
  const parts = validationTurns(rows)
  expect(parts).toHaveLength(3)
  const turnsOf = rows.map((_, row) => parts.flatMap((part, turn) => (part[row] ? turn : [])))
  const byGroup = new Map<string | undefined, number[]>()
  for (const [row, { split, group }] of rows.entries()) {
    expect(turnsOf[row]).toHaveLength(split === 'train' ? 1 : 0)
    if (split === 'train') expect(turnsOf[row]).toEqual(byGroup.get(group) ?? turnsOf[row])
    if (split === 'train') byGroup.set(group, turnsOf[row])
  }
  const sizes = parts.map(sum)
  const groups = [...Map.groupBy(rows, ({ group }) => group).values()]
  const largest = Math.max(...groups.map((group) => group.length))
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(largest)
})

test.each([
  ['many rows of many groups', many(4000, 20)],
  ['two groups', many(30, 2)],
  ['written validation rows', rowsOf('train', 'val', 'train', 'train', 'test')],
])('%s need no turns', (_, rows) => {
  expect(validationTurns(rows)).toEqual([validationRows(rows)])
})

test('a sample of things is about as large as asked for, keeps things whole and only takes what was chosen', () => {
  const rows = Array.from({ length: 6000 }, (_, i) => ({ id: `thing ${i >> 1}` }))
  const chosen = Uint8Array.from(rows, (_, i) => Number(i < 4000))
  const sample = sampleOfThings(rows, chosen, 1000)
  expect(sum(sample)).toBeGreaterThan(850)
  expect(sum(sample)).toBeLessThan(1150)
  expect(sum(sample.slice(4000))).toBe(0)
  for (let i = 0; i < 4000; i += 2) expect(sample[i]).toBe(sample[i + 1])
  expect(sampleOfThings(rows, chosen, 4000)).toEqual(chosen)
  const held = heldOut(rows)
  expect(sum(sampleOfThings(rows, held, 300))).toBeLessThan(sum(held) * 0.7)
})

function rowsOf(...splits: Split[]): Row[] {
  return splits.map((split, i) => ({ id: String(i), number: i + 1, split, cells: {} }))
}

function sum(flags: Uint8Array): number {
  return flags.reduce((total, flag) => total + flag, 0)
}
