import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFeatureCache } from '#platform/feature-cache'
import type { FeatureCache } from '../platform/feature-cache.ts'
import type { EncodedView } from '../spec/dataset.ts'
import type { Encoder, RawItem } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { densify, type FeatureChunk } from '../spec/features.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { Progress } from '../spec/progress.ts'
import { type EncodeOptions, encode as encodeCached } from './encode.ts'
import { inOrder } from './in-order.ts'
import { openDataset } from './open-dataset.ts'

let root: string
let cache: FeatureCache

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tonggan-encode-'))
  cache = openFeatureCache(root)!
})

afterAll(() => rm(root, { recursive: true }))

const encode = (
  dataset: Parameters<typeof encodeCached>[0],
  encoders: Parameters<typeof encodeCached>[1],
  options: EncodeOptions = {},
) => encodeCached(dataset, encoders, { cache: false, ...options })

const table = (csv: string, files: Record<string, string> = {}) =>
  openDataset(new Map([['items.csv', csv], ...Object.entries(files)]))

test('items stand in the order of rows, whatever the batch and however long each takes', async () => {
  const words = Array.from({ length: 50 }, (_, i) => 'x'.repeat((i * 7) % 50) + i)
  const dataset = await table(`text\n${words.join('\n')}\n`)
  for (const batchSize of [1, 3, 64]) {
    const text = new LengthEncoder('text', { batchSize, slow: true })
    const { views, rows, splits } = await encode(dataset, { text })
    expect(await lengthsOf(views[0])).toEqual(words.map((word) => word.length))
    expect([...views[0].rows]).toEqual([...words.keys()])
    expect(Math.max(...text.batches)).toBe(Math.min(batchSize, 50))
    expect(rows).toBe(dataset.rows)
    expect(splits).toBe('made')
  }
})

test('one bad item never loses the others, in its batch or elsewhere', async () => {
  const dataset = await table(
    'id,image,text\na,1.png,one\nb,none.png,two\nc,bad.png,three\nd,4.png,\ne,../x.png,five\nf,nan.png,six\ng,bad.png,seven\n',
    {
      '1.png': '1',
      'bad.png': 'bad',
      '4.png': '4444',
      'nan.png': 'nan',
    },
  )
  const { views, problems } = await encode(dataset, {
    image: new LengthEncoder('image'),
    text: new LengthEncoder('text'),
  })
  expect(views.map(({ name, rows }) => [name, [...rows]])).toEqual([
    ['image', [0, 3]],
    ['text', [0, 1, 2, 4, 5, 6]],
  ])
  expect(await lengthsOf(views[0])).toEqual([1, 4])
  expect(problems.map(({ row, view, error }) => [row, view, error.code, error.path, error.row])).toEqual([
    [2, 'image', 'missing-file', 'none.png', 2],
    [3, 'image', 'unreadable-item', 'bad.png', 3],
    [5, 'image', 'unsafe-path', '../x.png', 5],
    [6, 'image', 'not-finite', 'nan.png', 6],
    [7, 'image', 'unreadable-item', 'bad.png', 7],
  ])
})

test('items of equal content are encoded once and numbered alike, within a modality', async () => {
  const dataset = await table('text.en,text.zh,code\ncat,猫,cat\ncat,cat,dog\nfile:cat.txt,狗,cat\n', {
    'cat.txt': 'cat',
  })
  const text = new LengthEncoder('text')
  const { views } = await encode(dataset, { text, code: new LengthEncoder('code') })
  const [en, zh, code] = views.map(({ contents }) => [...contents])
  expect(new Set(en).size).toBe(1)
  expect(zh[1]).toBe(en[0])
  expect(new Set(zh).size).toBe(3)
  expect(code[0]).toBe(code[2])
  expect(code[0]).not.toBe(en[0])
  expect(text.encoded).toBe(4)
  expect(await lengthsOf(views[0])).toEqual([3, 3, 3])
})

test('sparse features, too', async () => {
  const dataset = await table('text\na\nbb\n\ncc\nbb\n')
  const { views } = await encode(dataset, {
    text: new LengthEncoder('text', { kind: 'sparse', batchSize: 2 }),
  })
  expect(views[0].features.kind).toBe('sparse')
  expect(await lengthsOf(views[0])).toEqual([1, 2, 2, 2])
})

test('a second run encodes only what is new', async () => {
  for (const kind of ['dense', 'sparse'] as const) {
    const first = new LengthEncoder('text', { kind })
    await encode(await table('text\na\nbb\nccc\n'), { text: first }, { cache })
    expect(first.encoded).toBe(3)

    const second = new LengthEncoder('text', { kind })
    const progress: Progress[] = []
    const grown = await encode(
      await table('text\ndddd\nccc\na\n'),
      { text: second },
      { cache, onProgress: (p) => progress.push(p) },
    )
    expect(second.encoded).toBe(1)
    expect(second.decoded).toBe(1)
    expect(await lengthsOf(grown.views[0])).toEqual([4, 3, 1])
    expect(progress.at(-1)).toEqual({
      stage: 'encode text',
      done: 3,
      total: 3,
      unit: 'items',
      facts: { reused: 2 },
    })

    const other = new LengthEncoder('text', { kind, fingerprint: 'another' })
    await encode(await table('text\na\n'), { text: other }, { cache })
    expect(other.encoded).toBe(1)

    const uncached = new LengthEncoder('text', { kind })
    await encode(await table('text\na\n'), { text: uncached }, { cache: false })
    expect(uncached.encoded).toBe(1)
  }
})

test('a bad item is looked at again in every run', async () => {
  const csv = 'image\nbad.png\nnan.png\nok.png\n'
  for (let run = 0; run < 2; run++) {
    const dataset = await table(csv, { 'bad.png': 'bad', 'nan.png': 'nan', 'ok.png': 'ok' })
    const { problems, views } = await encode(dataset, { image: new LengthEncoder('image') }, { cache })
    expect(problems.map(({ error }) => error.code)).toEqual(['unreadable-item', 'not-finite'])
    expect(await lengthsOf(views[0])).toEqual([2])
  }
})

test('a view may have an encoder of its own; views and splits can be chosen', async () => {
  const dataset = await table('split,text.en,text.zh,image\ntrain,cat,猫,a.png\ntest,dog,狗,a.png\n', {
    'a.png': 'pixels',
  })
  const own = new LengthEncoder('text', { fingerprint: 'own' })
  const encoders = { text: new LengthEncoder('text'), 'text.zh': own, image: new LengthEncoder('image') }
  const all = await encode(dataset, encoders)
  expect(all.views.map(({ name, encoder }) => [name, encoder.fingerprint])).toEqual([
    ['text.en', 'length'],
    ['text.zh', 'own'],
    ['image', 'length'],
  ])
  const some = await encode(dataset, encoders, { views: ['text'], splits: ['test'] })
  expect(some.views.map(({ name, rows }) => [name, [...rows]])).toEqual([
    ['text.en', [1]],
    ['text.zh', [1]],
  ])
  expect(some.rows).toHaveLength(2)
  const without = await encode(dataset, { text: new LengthEncoder('text') })
  expect(without.views.map(({ name }) => name)).toEqual(['text.en', 'text.zh'])
})

test.each([
  ['a view that is not there', { views: ['text.fr'] }, 'wrong-usage', 'received text.fr; is it text.en?'],
  [
    'a view without an encoder',
    { views: ['image'] },
    'wrong-usage',
    'expected an encoder for image, received text',
  ],
  ['a split without items', { splits: ['val' as const] }, 'not-enough-data', 'none in these rows'],
])('%s is refused', async (_, options, code, message) => {
  const dataset = await table('split,text.en,image\ntrain,cat,a.png\n')
  const encoding = encode(dataset, { text: new LengthEncoder('text') }, options)
  await expect(encoding).rejects.toMatchObject({ code })
  await expect(encoding).rejects.toThrow(message)
})

test('where nothing can be encoded, the error tells the first reason', async () => {
  const dataset = await table('image\na.png\nb.png\n')
  const encoding = encode(dataset, { image: new LengthEncoder('image') })
  await expect(encoding).rejects.toThrow('2 left out; the first: read image (row 1, a.png)')
  await expect(encode(dataset, {})).rejects.toMatchObject({ code: 'wrong-usage' })
})

test('an encoder that breaks its word is an error, not a wrong result', async () => {
  const dataset = await table('text\na\nb\n')
  for (const [broken, message] of [
    [{ rows: 1 }, 'expected dense rows [2, 1], received dense rows [1, 1]'],
    [{ dim: 2 }, 'received dense rows [2, 2]'],
    [{ kind: 'sparse' }, 'received sparse rows'],
  ] as const) {
    const text = new LengthEncoder('text')
    text.broken = broken as Partial<FeatureChunk>
    await expect(encode(dataset, { text })).rejects.toThrow(message)
  }
  const wide = Object.assign(new LengthEncoder('text'), { featureDim: 8193 })
  await expect(encode(dataset, { text: wide })).rejects.toThrow(
    'expected 1 to 8192 numbers an item, received 8193',
  )
  const failing = new LengthEncoder('text')
  failing.encode = () => Promise.reject(new TongganError('engine-failed', { operation: 'run a graph' }))
  await expect(encode(dataset, { text: failing })).rejects.toMatchObject({ code: 'engine-failed' })
})

test('what is wrong with the machine stops it: every item would meet it', async () => {
  const dataset = await table('text\na\nb\n')
  const text = new LengthEncoder('text')
  text.decode = () =>
    Promise.reject(new TongganError('missing-peer', { operation: 'decode', remedy: 'install it' }))
  await expect(encode(dataset, { text })).rejects.toMatchObject({ code: 'missing-peer' })
})

test('stops when it is told to, and begins nothing after', async () => {
  const dataset = await table(`text\n${Array.from({ length: 300 }, (_, i) => `word ${i}`).join('\n')}\n`)
  const text = new LengthEncoder('text', { batchSize: 4 })
  const controller = new AbortController()
  const onProgress = ({ done }: Progress) => done >= 64 && controller.abort()
  await expect(encode(dataset, { text }, { signal: controller.signal, onProgress })).rejects.toMatchObject({
    code: 'cancelled',
  })
  const begun = text.decoded
  expect(begun).toBeLessThan(100)
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(text.decoded).toBe(begun)
})

test('in order, no more at a time than allowed, all ended at the end', async () => {
  let running = 0
  let most = 0
  const task = async (i: number) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, (i * 7) % 5))
    running--
    if (i === 15) throw new Error('fifteen')
    return i
  }
  const results: number[] = []
  await expect(
    (async () => {
      for await (const result of inOrder(Array(20).keys(), 4, task)) results.push(result)
    })(),
  ).rejects.toThrow('fifteen')
  expect(results).toEqual([...Array(15).keys()])
  expect(most).toBe(4)
  expect(running).toBe(0)
})

/** Encodes an item as the length of its text; refuses `bad`, and gives NaN for `nan`. */
class LengthEncoder implements Encoder<string> {
  readonly id = 'test/length'
  readonly fingerprint: string
  readonly parameters = {}
  readonly modality: ModalityName
  readonly featureDim: number = 1
  readonly kind: 'dense' | 'sparse'
  readonly batchSize: number
  readonly batches: number[] = []
  broken: Partial<FeatureChunk> = {}
  decoded = 0
  readonly #slow: boolean

  constructor(
    modality: ModalityName,
    {
      kind = 'dense',
      batchSize = 4,
      fingerprint = 'length',
      slow = false,
    }: { kind?: 'dense' | 'sparse'; batchSize?: number; fingerprint?: string; slow?: boolean } = {},
  ) {
    this.modality = modality
    this.kind = kind
    this.batchSize = batchSize
    this.fingerprint = fingerprint
    this.#slow = slow
  }

  get encoded(): number {
    return this.batches.reduce((sum, size) => sum + size, 0)
  }

  async decode(item: RawItem): Promise<string> {
    this.decoded++
    const text = item.kind === 'words' ? item.words : new TextDecoder().decode(item.bytes)
    if (this.#slow) await new Promise((resolve) => setTimeout(resolve, text.length % 3))
    if (text === 'bad') throw new TongganError('unreadable-item', { operation: 'decode', received: 'bad' })
    return text
  }

  async encode(items: readonly string[]): Promise<FeatureChunk> {
    this.batches.push(items.length)
    const values = Float32Array.from(items, (text) => (text === 'nan' ? Number.NaN : text.length))
    const rows = items.length
    const chunk: FeatureChunk =
      this.kind === 'dense'
        ? { kind: 'dense', rows, dim: 1, data: values }
        : {
            kind: 'sparse',
            rows,
            dim: 1,
            rowStarts: Int32Array.from({ length: rows + 1 }, (_, i) => i),
            columns: new Int32Array(rows),
            values,
          }
    return { ...chunk, ...this.broken } as FeatureChunk
  }

  async close(): Promise<void> {}
}

async function lengthsOf({ features }: EncodedView): Promise<number[]> {
  const lengths: number[] = []
  for await (const chunk of features.chunks()) lengths.push(...densify(chunk))
  return lengths
}
