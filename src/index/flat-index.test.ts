import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { OrtSessionOptions } from '../platform/ort.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { IndexEntry, SearchFilter } from '../spec/search.ts'
import { FlatIndex, openFlatIndex } from './flat-index.ts'

const spaceHash = 'ab'.repeat(32)
const open: FlatIndex[] = []

function flatIndex(dim: number, options?: OrtSessionOptions): FlatIndex {
  const index = new FlatIndex({ dim, spaceHash }, options)
  open.push(index)
  return index
}

afterEach(async () => {
  for (const index of open.splice(0)) await index.close()
})

const kinds = [
  { view: 'image', modality: 'image', label: 'cat' },
  { view: 'text.en', modality: 'text', label: 'cat' },
  { view: 'text.zh', modality: 'text', label: 'dog' },
  { view: 'text.zh', modality: 'text' },
] as const

function entriesOf(count: number, kind = (k: number) => k % kinds.length): IndexEntry[] {
  return Array.from({ length: count }, (_, k) => ({
    id: `thing ${k}`,
    content: `内容 ${k}`,
    ...kinds[kind(k)],
  }))
}

/** Every similarity, sorted; the lowest position first among equals. */
function bruteForce(
  vectors: Float32Array,
  entries: readonly IndexEntry[],
  query: Float32Array,
  k: number,
  { modality, view, label }: SearchFilter = {},
) {
  const dim = query.length
  const matches = (wanted: string | readonly string[] | undefined, own: string | undefined) =>
    wanted === undefined || [wanted].flat().includes(own as string)
  return entries
    .map((entry, position) => ({
      position,
      similarity: query.reduce((sum, value, j) => sum + value * vectors[position * dim + j], 0),
      entry,
    }))
    .filter(({ entry }) => matches(modality, entry.modality) && matches(view, entry.view))
    .filter(({ entry }) => matches(label, entry.label))
    .toSorted((a, b) => b.similarity - a.similarity || a.position - b.position)
    .slice(0, k)
    .map(({ position, similarity }) => ({ position, similarity }))
}

// quarters of small whole numbers: products and sums are exact in float32, and ties are common
const quarters = (length: number) =>
  fc
    .array(fc.integer({ min: -3, max: 3 }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values, (value) => value / 4))

const world = fc
  .record({
    dim: fc.integer({ min: 1, max: 5 }),
    count: fc.integer({ min: 0, max: 40 }),
    rows: fc.integer({ min: 0, max: 3 }),
  })
  .chain(({ dim, count, rows }) =>
    fc.record({
      dim: fc.constant(dim),
      rows: fc.constant(rows),
      vectors: quarters(dim * count),
      queries: quarters(dim * rows),
      kinds: fc.array(fc.nat(3), { minLength: count, maxLength: count }),
      k: fc.integer({ min: 1, max: 50 }),
      filter: fc.constantFrom<SearchFilter>(
        {},
        { modality: 'text' },
        { modality: ['image', 'audio'] },
        { view: 'text.zh' },
        { view: ['image', 'text.en'], label: 'cat' },
        { label: ['dog', 'bird'] },
        { label: 'bird' },
        { label: [] },
      ),
    }),
  )

describe.each([
  { engine: 'onnxruntime-node', numRuns: 60 },
  { engine: 'onnxruntime-web', numRuns: 30 },
] as const)('FlatIndex on $engine', ({ engine, numRuns }) => {
  it('gives what brute force gives, ties and filters included', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ dim, rows, vectors, queries, kinds, k, filter }) => {
        const index = new FlatIndex({ dim, spaceHash }, { engine })
        const entries = entriesOf(kinds.length, (position) => kinds[position])
        index.add(vectors, entries)
        const found = await index.search(queries, { k, filter })
        const expected = Array.from({ length: rows }, (_, row) =>
          bruteForce(vectors, entries, queries.subarray(row * dim, (row + 1) * dim), k, filter),
        )
        await index.close()
        expect(found).toEqual(expected)
      }),
      { numRuns },
    )
  })

  it('gives the lowest positions of many equals, across chunks', async () => {
    const count = 40_000
    const index = flatIndex(2, { engine })
    index.add(new Float32Array(2 * count).fill(0.5), entriesOf(count))
    const [neighbours] = await index.search(Float32Array.of(1, 0), { k: 300 })
    expect(neighbours.map(({ position }) => position)).toEqual([...Array(300).keys()])
    const [filtered] = await index.search(Float32Array.of(1, 0), { k: 3, filter: { view: 'text.en' } })
    expect(filtered.map(({ position }) => position)).toEqual([1, 5, 9])
  })
})

describe('FlatIndex', () => {
  it('finds what was added between searches', async () => {
    const index = flatIndex(2)
    expect(await index.search(Float32Array.of(1, 0))).toEqual([[]])
    index.add(Float32Array.of(0.5, 0), entriesOf(1))
    expect(await index.search(Float32Array.of(1, 0))).toEqual([[{ position: 0, similarity: 0.5 }]])
    const both = [index.search(Float32Array.of(1, 0)), index.search(Float32Array.of(0, 1))]
    index.add(Float32Array.of(0.75, 0.25), entriesOf(1))
    const found = await Promise.all([...both, index.search(Float32Array.of(1, 0), { k: 1 })])
    expect(found[2]).toEqual([[{ position: 1, similarity: 0.75 }]])
  })

  it('answers a filter that comes again for what was added since', async () => {
    const index = flatIndex(2)
    const options = { k: 9, filter: { view: 'text.en' } } as const
    const found: number[][] = []
    for (let added = 0; added < 3; added++) {
      index.add(new Float32Array(2 * 4).fill(0.5), entriesOf(4))
      for (let again = 0; again < 2; again++) {
        const [neighbours] = await index.search(Float32Array.of(1, 0), options)
        found.push(neighbours.map(({ position }) => position))
      }
    }
    expect(found).toEqual([[1], [1], [1, 5], [1, 5], [1, 5, 9], [1, 5, 9]])
  })

  it('searches again after it was closed', async () => {
    const index = flatIndex(1)
    index.add(Float32Array.of(1), entriesOf(1))
    await index.close()
    expect(await index.search(Float32Array.of(1))).toEqual([[{ position: 0, similarity: 1 }]])
  })

  it('refuses wrong sizes and numbers, and stays as it was', async () => {
    const index = flatIndex(2)
    expect(() => index.add(Float32Array.of(1, 2, 3), entriesOf(1))).toThrow('expected 1 rows of 2')
    expect(() => index.add(Float32Array.of(1, Number.NaN), entriesOf(1))).toThrow('received NaN in row 0')
    expect(index.count).toBe(0)
    await expect(index.search(Float32Array.of(1))).rejects.toMatchObject({ code: 'shape-mismatch' })
    await expect(index.search(Float32Array.of(1, Number.NaN))).rejects.toMatchObject({ code: 'not-finite' })
    for (const k of [0, -1, 1.5, Number.NaN]) {
      await expect(index.search(Float32Array.of(1, 0), { k })).rejects.toMatchObject({ code: 'wrong-usage' })
    }
  })
})

describe('openFlatIndex', () => {
  function written(): Uint8Array {
    const index = flatIndex(2)
    index.add(Float32Array.of(1, 0, 0.5, 0.5, 0, 1, 0.25, 0), entriesOf(4))
    return index.toBytes({ spacePath: '../emoji.space' })
  }

  it('gives back what was saved, from any place in memory', async () => {
    for (const shift of [0, 1]) {
      const bytes = new Uint8Array(written().length + shift)
      bytes.set(written(), shift)
      const index = openFlatIndex(bytes.subarray(shift), { space: { hash: spaceHash } })
      open.push(index)
      expect(index).toMatchObject({ dim: 2, count: 4, spaceHash, spacePath: '../emoji.space' })
      expect(index.entries).toEqual(entriesOf(4))
      expect(await index.search(Float32Array.of(1, 0), { k: 2 })).toEqual([
        [
          { position: 0, similarity: 1 },
          { position: 1, similarity: 0.5 },
        ],
      ])
      expect(index.toBytes()).toEqual(written())
      index.add(Float32Array.of(2, 0), entriesOf(1))
      expect(await index.search(Float32Array.of(1, 0), { k: 1 })).toEqual([[{ position: 4, similarity: 2 }]])
    }
  })

  it('keeps an empty index', () => {
    expect(openFlatIndex(flatIndex(3).toBytes()).count).toBe(0)
  })

  it('refuses bytes that are not a whole index of this version, each by name', () => {
    const changed = (change: (bytes: Uint8Array) => void) => {
      const bytes = written()
      change(bytes)
      return bytes
    }
    const cases: [Uint8Array, string][] = [
      [new Uint8Array(0), 'expected an index of Tonggan, received an empty file'],
      [
        new TextEncoder().encode('id,text\n1,cat\n'),
        'expected an index of Tonggan, received bytes of another',
      ],
      [written().slice(0, 40), 'expected a header of 96 bytes, received 40 bytes'],
      [written().slice(0, -1), '(truncated?)'],
      [new Uint8Array([...written(), 0]), 'as the header says'],
      [changed((bytes) => bytes.set([2], 8)), 'version 2; install a newer tonggan'],
      [changed((bytes) => bytes.set([0], 8)), 'version 0; index again'],
      [changed((bytes) => bytes.set([9], 12)), 'expected index type 1 (flat), received type 9'],
      [changed((bytes) => bytes.set([0], 16)), 'dim 0'],
      [
        changed((bytes) => bytes.set([0, 0, 0xc0, 0x7f], 96)),
        'expected finite vectors, received NaN in entry 0',
      ],
      [changed((bytes) => bytes.set([0], bytes.length - 1)), 'expected 4 readable entries'],
    ]
    for (const [bytes, message] of cases) {
      expect(() => openFlatIndex(bytes, { path: 'a.index' })).toThrow(
        expect.objectContaining({ code: 'bad-index', message: expect.stringContaining(message) }),
      )
    }
  })

  it('is an index of a space that grew, as long as the senses of its entries are as they were', () => {
    const grown = (changed: ModalityName[]) => ({
      hash: 'cd'.repeat(32),
      ancestors: [{ hash: spaceHash, changed }],
    })
    const index = openFlatIndex(written(), { space: grown(['audio']) })
    expect(index.spaceHash).toBe('cd'.repeat(32))
    expect(index.count).toBe(4)
    const modality = index.entries[0].modality
    expect(() => openFlatIndex(written(), { space: grown(['audio', modality]) })).toThrow(
      expect.objectContaining({
        code: 'encoder-mismatch',
        message: expect.stringContaining(`before ${modality} was adapted`),
      }),
    )
  })

  it('never crashes on damaged bytes', () => {
    const whole = written()
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bytes = cut ? whole.slice(0, at) : whole.with(at, byte)
        try {
          expect(openFlatIndex(bytes).count).toBe(4)
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-index' })
        }
      }),
    )
  })

  it('refuses the index of another space', () => {
    expect(() => openFlatIndex(written(), { space: { hash: 'cd'.repeat(32) }, path: 'a.index' })).toThrow(
      expect.objectContaining({
        code: 'encoder-mismatch',
        message: expect.stringContaining(
          'a.index): expected an index of space cdcdcdcd, received one of space abab',
        ),
      }),
    )
  })
})
