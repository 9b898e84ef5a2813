import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv } from './read-csv.ts'
import { readJsonl } from './read-jsonl.ts'

const cell = fc.string({ unit: fc.constantFrom('a', '猫', '🎂', '"', ',', '\n', '\r', ';', ' ', '\ufeff') })
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 12 })
const pieceSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })

test('gives back what was written, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      pieceSizes,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      async (rows, sizes, lineEnd, mark) => {
        const quoted = (text: string) =>
          /[",\r\n]/.test(text) || text.startsWith('\ufeff') ? `"${text.replaceAll('"', '""')}"` : text
        const text = rows.map((cells) => cells.map(quoted).join(',')).join(lineEnd)
        const read = await collect(readCsv(inPieces((mark ? '\ufeff' : '') + text, sizes), 'items.csv'))
        const expected = rows.map((cells) => cells.map((value) => value.replace(/\r\n?/g, '\n')))
        // Without a mark of its own the text would lose a first character that looks like one.
        if (mark || !text.startsWith('\ufeff')) expect(read).toEqual(expected)
      },
    ),
  )
})

test.each([
  ['', []],
  ['\n\n', []],
  ['a,b', [['a', 'b']]],
  ['\n \na,b\n\nc,d\n', [['a', 'b'], [], ['c', 'd']]],
  ['a\rb\r\nc\n', [['a'], ['b'], ['c']]],
  ['"a\r\nb",c\r\n', [['a\nb', 'c']]],
  ['a,"say ""hi"""', [['a', 'say "hi"']]],
  ['5" disk,x', [['5" disk', 'x']]],
  [',\n', [['', '']]],
])('%j', async (text, expected) => {
  for (const size of [1, 2, 100]) {
    expect(await collect(readCsv(inPieces(text, [size]), 'items.csv'))).toEqual(expected)
  }
})

test('only a mark at the very start is taken off, even where the first character comes in two parts', async () => {
  for (const sizes of [[1, 6], [2, 5], [1]]) {
    expect(await collect(readCsv(inPieces('🎂\ufeff,猫', sizes), 'items.csv'))).toEqual([['🎂\ufeff', '猫']])
    expect(await collect(readCsv(inPieces('\ufeff🎂\ufeff,猫', sizes), 'items.csv'))).toEqual([
      ['🎂\ufeff', '猫'],
    ])
  }
})

test.each([
  ['a,b\nx,y\n"x"y,c\nd,e\n', 2],
  ['a,b\nc,"d\ne,f\n', 1],
  ['"a', 0],
])('a quote that stands alone is an error with its row: %j', async (text, row) => {
  for (const size of [1, 3, 100]) {
    const read = collect(readCsv(inPieces(text, [size]), 'items.csv'))
    await expect(read).rejects.toMatchObject({ code: 'bad-table', path: 'items.csv', row })
  }
})

test('a cell without end is noticed before it fills the memory', async () => {
  let given = 0
  const endless = async function* () {
    yield new TextEncoder().encode('a,b\n"')
    for (; given < 100; given++) yield new Uint8Array(2 ** 20).fill(97)
  }
  await expect(collect(readCsv(endless(), 'items.csv'))).rejects.toMatchObject({ code: 'bad-table', row: 1 })
  expect(given).toBeLessThan(20)
})

test('another encoding is named as such', async () => {
  for (const bytes of [Buffer.from('a,b\n', 'utf16le'), Buffer.from([0xc4, 0xe3, 0xba, 0xc3])]) {
    const read = collect(readCsv(inPieces(Buffer.concat([bytes, Buffer.from([0xff])]), [100]), 'items.csv'))
    await expect(read).rejects.toThrow('expected UTF-8')
  }
})

test('JSONL: one object a line, values as text, bad lines reported with their number', async () => {
  const text =
    '\ufeff{"id":1,"text":"a\\nb","label":null}\r\n\r\n{"text":true}\n{"a":\n[1]\n3\n{"text":{"en":"x"}}\n{"text":"猫"}'
  for (const size of [1, 5, 1000]) {
    expect(await collect(readJsonl(inPieces(text, [size]), 'items.jsonl'))).toEqual([
      { number: 1, cells: { id: '1', text: 'a\nb' } },
      { number: 3, cells: { text: 'true' } },
      { number: 4, cells: expect.objectContaining({ code: 'bad-table' }) },
      { number: 5, cells: expect.objectContaining({ message: expect.stringContaining('an array') }) },
      { number: 6, cells: expect.objectContaining({ code: 'bad-table' }) },
      { number: 7, cells: expect.objectContaining({ message: expect.stringContaining('text: {"en":"x"}') }) },
      { number: 8, cells: { text: '猫' } },
    ])
  }
})

async function* inPieces(content: string | Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function collect<T>(records: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const record of records) all.push(record)
  return all
}
