import fc from 'fast-check'
import { expect, test } from 'vitest'
import { densify } from '../../spec/features.ts'
import { encoderContract } from '../encoder.contract.ts'
import { columnOfGram } from './hashed-row.ts'
import { textEncoder } from './text-encoder.ts'

const encoder = textEncoder()

const words = (text: string) => ({ kind: 'words', words: text }) as const

encoderContract('the text encoder', {
  make: () => textEncoder(),
  others: [() => textEncoder({ columns: 1024 })],
  items: () => [words('a sleepy cat'), words('红色的水果'), words('7 🎂'), words('ねこ 고양이 '.repeat(500))],
  bad: [
    { what: 'nothing', item: words(''), code: 'unreadable-item' },
    { what: 'invisible characters', item: words(' \u200b'), code: 'unreadable-item' },
    {
      what: 'a file that is not UTF-8',
      item: { kind: 'file', bytes: Uint8Array.of(0xc3, 0x28), name: 'latin.txt' },
      code: 'unreadable-item',
    },
    { what: 'more than a book', item: words('a'.repeat(4_000_001)), code: 'too-large' },
  ],
  runsGraphs: false,
})

async function rowOf(words: string): Promise<Float32Array> {
  return densify(await encoder.encode([await encoder.decode({ kind: 'words', words })]))
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, k) => sum + value * b[k], 0)

const nonEmpty = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.normalize('NFKC')))

test('golden vectors: when these change, so must the version in the fingerprint', async () => {
  expect(encoder.fingerprint).toBe('adc5e5e5b63b6c4d6ef60be611c29ab4')
  const chunk = await encoder.encode([await encoder.decode({ kind: 'words', words: 'My cat, 猫 한국 🎂 7' })])
  if (chunk.kind !== 'sparse') throw new Error('sparse was expected')
  expect(Array.from(chunk.columns)).toEqual([
    487, 682, 1576, 2396, 2422, 3091, 3188, 3864, 4104, 4556, 5557, 5820, 5927, 6506, 7200, 7285, 7290, 7326,
    8071,
  ])
  expect(Array.from(chunk.values, (value) => Number(value.toFixed(6)))).toEqual([
    0.204124, 0.267261, 0.267261, 0.204124, 0.204124, -0.267261, -0.204124, -0.267261, -0.267261, -0.204124,
    -0.204124, -0.204124, 0.267261, 0.204124, 0.204124, -0.204124, 0.267261, -0.204124, -0.204124,
  ])
})

test('a word is found at the column and with the sign that its gram hashes to', async () => {
  const row = await rowOf('猫')
  const { column, sign } = columnOfGram(new TextEncoder().encode('猫'))
  expect(row[column]).toBe(sign)
  expect(row.filter((value) => value !== 0)).toHaveLength(1)
})

test('rows have length 1, finite values, ascending columns and do not depend on their batch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(nonEmpty, { minLength: 1, maxLength: 5 }), async (texts) => {
      const items = await Promise.all(texts.map((words) => encoder.decode({ kind: 'words', words })))
      const chunk = await encoder.encode(items)
      if (chunk.kind !== 'sparse') throw new Error('sparse was expected')
      for (let row = 0; row < texts.length; row++) {
        const columns = chunk.columns.slice(chunk.rowStarts[row], chunk.rowStarts[row + 1])
        const values = chunk.values.slice(chunk.rowStarts[row], chunk.rowStarts[row + 1])
        expect(columns).toEqual(Int32Array.from(new Set(columns)).sort())
        expect(dot(values, values)).toBeCloseTo(1, 5)
        const alone = await encoder.encode([items[row]])
        expect(alone).toMatchObject({ columns, values })
      }
    }),
  )
})

test.each([
  ['the same words in another order', 'red apple', 'apple red', 'red car'],
  ['an inflected word', 'smiling faces', 'smile face', 'birthday cake'],
  ['a shared Han word', '红色的苹果', '苹果树', '汽车'],
  ['a shared Korean word with a particle', '고양이가 잔다', '고양이', '자동차'],
  ['case and width', 'ＨＥＬＬＯ World', 'hello world', 'help'],
  ['a shared emoji', 'good 🎂', '🎂 party', '🚗 race'],
])('%s is nearer than another text', async (_, words, near, far) => {
  const row = await rowOf(words)
  expect(dot(row, await rowOf(near))).toBeGreaterThan(dot(row, await rowOf(far)) + 0.1)
})

test('a phrase ends at a comma but not at a hyphen', async () => {
  const pair = await rowOf('sea horse')
  expect(dot(pair, await rowOf('sea-horse'))).toBeCloseTo(1, 5)
  expect(dot(pair, await rowOf('sea, horse'))).toBeLessThan(0.99)
})

test('punctuation counts only where there is nothing else', async () => {
  expect(dot(await rowOf('wait!'), await rowOf('wait'))).toBeCloseTo(1, 5)
  expect(dot(await rowOf('?!'), await rowOf('?!'))).toBeCloseTo(1, 5)
})

test('words and a UTF-8 file of the same words, with or without a byte order mark, are one item', async () => {
  const bytes = new TextEncoder().encode('\ufeffa 猫')
  const fromFile = await encoder.decode({ kind: 'file', bytes, name: 'cat.txt' })
  expect(fromFile).toEqual(await encoder.decode({ kind: 'words', words: 'a 猫' }))
})

test.each([
  ['', 'nothing'],
  [' \n\u200b', 'only spaces and invisible characters'],
])('%j is no item', async (words, received) => {
  await expect(encoder.decode({ kind: 'words', words })).rejects.toMatchObject({
    code: 'unreadable-item',
    facts: { received },
  })
})

test('a long text is one row', async () => {
  expect(dot(await rowOf('word '.repeat(20_000)), await rowOf('word word'))).toBeGreaterThan(0.9)
})

test('options are part of the fingerprint, and a width that hashing cannot use is refused', () => {
  const narrow = textEncoder({ columns: 1024 })
  expect(narrow.featureDim).toBe(1024)
  expect(narrow.fingerprint).not.toBe(encoder.fingerprint)
  expect(() => textEncoder({ columns: 1000 })).toThrow(/columns of 256/)
})
