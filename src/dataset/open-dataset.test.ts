import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Dataset } from '../spec/dataset.ts'
import { openDataset } from './open-dataset.ts'

const open = (table: string, name = 'items.csv') => openDataset(new Map([[name, table]]))

test('a table in CSV and the same in JSONL', async () => {
  const csv =
    'id,label,split,group,text.en,image\na,pet,train,x,cat,cat.png\nb,,test,,"dog, big",\nb,,test,y,,dog.png\n'
  const jsonl = [
    { id: 'a', label: 'pet', split: 'train', group: 'x', 'text.en': 'cat', image: 'cat.png' },
    { id: 'b', split: 'test', 'text.en': 'dog, big' },
    { id: 'b', split: 'test', group: 'y', image: 'dog.png' },
  ]
  const rows = [
    {
      id: 'a',
      label: 'pet',
      split: 'train',
      group: 'x',
      number: 1,
      cells: { 'text.en': 'cat', image: 'cat.png' },
    },
    { id: 'b', split: 'test', number: 2, cells: { 'text.en': 'dog, big' } },
    { id: 'b', split: 'test', group: 'y', number: 3, cells: { image: 'dog.png' } },
  ]
  const views = [
    { name: 'text.en', modality: 'text', source: 'raw' },
    { name: 'image', modality: 'image', source: 'raw' },
  ]
  for (const dataset of [
    await open(csv),
    await open(jsonl.map((row) => JSON.stringify(row)).join('\n'), 'items.jsonl'),
  ]) {
    expect(dataset).toMatchObject({ rows, views, problems: [], splits: 'written' })
  }
})

test('byte order mark, CRLF, quoted newlines, spaces in the header, rows of nothing', async () => {
  const dataset = await open('\ufeff id , text,image\r\n1,"two\r\nlines",a.png\r\n,,\r\n2,x,b.png\r\n')
  expect(dataset.rows.map(({ id, number, cells }) => [id, number, cells])).toEqual([
    ['1', 1, { text: 'two\nlines', image: 'a.png' }],
    ['2', 3, { text: 'x', image: 'b.png' }],
  ])
})

test('a row without an id is a thing of its own', async () => {
  const dataset = await open('id,text\n2,a\n,b\n,c\n')
  expect(dataset.rows.map(({ id }) => id)).toEqual(['2', 'row 2', '3'])
  expect((await open('text\na\nb\n')).rows.map(({ id }) => id)).toEqual(['1', '2'])
})

test('bad rows are left out and reported with their number; the others stay', async () => {
  const dataset = await open(
    'id,split,text,image\na,train,x,1.png\nb,training,x,2.png\nc,train,x\nd,train,x,npy:1\ne,train,y,5.png,6\ng,,z,\n',
  )
  expect(dataset.rows.map(({ id, cells }) => [id, Object.keys(cells)])).toEqual([
    ['a', ['text', 'image']],
    ['d', ['text']],
    ['g', ['text']],
  ])
  expect(dataset.problems.map(({ row, view, error }) => [row, view, error.code])).toEqual([
    [2, undefined, 'bad-table'],
    [3, undefined, 'bad-table'],
    [4, 'image', 'bad-table'],
    [5, undefined, 'bad-table'],
  ])
  expect(dataset.problems[0].error.message).toBe(
    'read table (row 2, items.csv): expected a split of train, val, test or none, received training; write one of these, or leave the cell empty',
  )
  expect(dataset.problems[1].error.message).toContain('expected 4 cells (id, split, text, image), received 3')
})

test.each([
  ['nothing at all', '', 'items.csv', 'a header and at least one row'],
  ['a header only', 'id,text\n', 'items.csv', 'a header and at least one row'],
  ['no line', '', 'items.jsonl', 'at least one row'],
  [
    'no usable row',
    'id,text\n1,2,3\n',
    'items.csv',
    '1 rows, none of them usable; the first: read table (row 1',
  ],
])('a table with %s is refused', async (_, table, name, message) => {
  await expect(open(table, name)).rejects.toMatchObject({ code: 'not-enough-data' })
  await expect(open(table, name)).rejects.toThrow(message)
})

test.each([
  ['an unknown column', 'id,imgae\n1,a\n', 'items.csv', 'is it image?'],
  ['an unknown key', '{"text":"a"}\n{"text":"a","imgae":"b"}\n', 'items.jsonl', 'row 2'],
  ['a column twice', 'id,text,text\n1,a,b\n', 'items.csv', 'text twice'],
  [
    'raw items and matrices in one column',
    'image\na.png\nnpy:a.npy#0\n',
    'items.csv',
    'a raw item in row 1 and npy:a.npy#0 in row 2',
  ],
])('%s is an error of the whole table', async (_, table, name, message) => {
  await expect(open(table, name)).rejects.toMatchObject({ code: 'bad-table' })
  await expect(open(table, name)).rejects.toThrow(message)
})

test('unwritten splits: made from groups, the same for rows of one id, mixed with written ones', async () => {
  const made = await open(
    `id,group,text\n${Array.from({ length: 60 }, (_, i) => `${i % 50},g${i % 5},x`).join('\n')}\n`,
  )
  expect(made.splits).toBe('made')
  const splitOf = new Map(made.rows.map(({ group, split }) => [group, split]))
  expect([...splitOf.values()].filter((split) => split === 'val')).toHaveLength(1)
  for (const { group, split } of made.rows) expect(split).toBe(splitOf.get(group))

  const mixed = await open('id,split,text\na,test,x\na,,x\nb,train,x\nb,test,y\nb,,x\nc,,x\n')
  expect(mixed.splits).toBe('mixed')
  const [written, follows, , , undecided, alone] = mixed.rows.map(({ split }) => split)
  expect([written, follows]).toEqual(['test', 'test'])
  expect([undecided, alone].sort()).toEqual(['train', 'val'])
  expect(mixed.rows.map(({ isSplitMade = false }) => isSplitMade)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
  ])
})

test('items are read: words, literal words, files; what cannot be read names path and row', async () => {
  const dataset = await openDataset(
    new Map([
      [
        'items.csv',
        'text,image\nfile:a.txt,b/1.png\ntext:file:a.txt,../1.png\nhello,/etc/passwd\nfile:none.txt,b/none.png\n',
      ],
      ['a.txt', 'words in a file'],
      ['b/1.png', 'pixels'],
    ]),
  )
  const read = async (row: number, view: string) => {
    const item = await dataset.read(dataset.rows[row - 1], view)
    return item.kind === 'words' ? item.words : `${item.name}: ${new TextDecoder().decode(item.bytes)}`
  }
  expect(await read(1, 'text')).toBe('a.txt: words in a file')
  expect(await read(2, 'text')).toBe('file:a.txt')
  expect(await read(3, 'text')).toBe('hello')
  expect(await read(1, 'image')).toBe('b/1.png: pixels')
  await expect(read(2, 'image')).rejects.toMatchObject({ code: 'unsafe-path', path: '../1.png', row: 2 })
  await expect(read(3, 'image')).rejects.toMatchObject({ code: 'unsafe-path', path: '/etc/passwd', row: 3 })
  await expect(read(4, 'image')).rejects.toMatchObject({ code: 'missing-file', path: 'b/none.png', row: 4 })
  await expect(read(4, 'text')).rejects.toMatchObject({ code: 'missing-file', path: 'none.txt', row: 4 })
  await expect(read(1, 'audio')).rejects.toMatchObject({ code: 'wrong-usage' })
  const files = new Map([
    ['items.csv', 'image\na.png\n'],
    ['a.png', 'pixels'],
  ])
  const small = await openDataset(files, { maxItemBytes: 5 })
  await expect(small.read(small.rows[0], 'image')).rejects.toMatchObject({
    code: 'too-large',
    path: 'a.png',
    row: 1,
  })
})

test('on disk: a table, its folder, a folder of files, one file; links out are refused when read', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tonggan-dataset-'))
  try {
    await mkdir(join(root, 'table', 'pictures'), { recursive: true })
    await writeFile(join(root, 'secret.png'), 'secret')
    await writeFile(join(root, 'table', 'things.csv'), 'image\npictures/a.png\npictures/out.png\n')
    for (const name of ['b.png', 'a.png', 'npy:c.png', 'notes.doc'])
      await writeFile(join(root, 'table', 'pictures', name), name)
    await symlink('../../secret.png', join(root, 'table', 'pictures', 'out.png'))

    for (const source of [join(root, 'table', 'things.csv'), join(root, 'table')]) {
      const table = await openDataset(source)
      expect(table.name).toBe(source)
      expect(await bytesOf(table, 0)).toBe('a.png')
      await expect(bytesOf(table, 1)).rejects.toMatchObject({
        code: 'unsafe-path',
        row: 2,
        path: 'pictures/out.png',
      })
    }

    const folder = await openDataset(join(root, 'table', 'pictures'))
    expect(folder.rows.map(({ id }) => id)).toEqual(['a.png', 'b.png', 'npy:c.png', 'out.png'])
    expect(await bytesOf(folder, 0)).toBe('a.png')
    expect(folder.problems).toMatchObject([{ error: { code: 'unsupported-format', path: 'notes.doc' } }])

    const file = await openDataset(join(root, 'table', 'pictures', 'b.png'), { name: 'one picture' })
    expect(file).toMatchObject({ name: 'one picture', rows: [{ cells: { image: 'b.png' } }] })
    await expect(openDataset(join(root, 'table', 'pictures', 'notes.doc'))).rejects.toMatchObject({
      code: 'unsupported-format',
    })
    await expect(openDataset(join(root, 'none.csv'))).rejects.toMatchObject({ code: 'missing-file' })
  } finally {
    await rm(root, { recursive: true })
  }
})

test('a folder of several modalities, of several tables, or of nothing is refused', async () => {
  const files = (...names: string[]) => openDataset(new Map(names.map((name) => [name, ''])))
  await expect(files('a.png', 'b.wav', 'c.jpg')).rejects.toThrow('received 2 image, 1 audio')
  await expect(files('a.csv', 'b.csv')).rejects.toThrow('received a.csv, b.csv; name the table itself')
  await expect(files()).rejects.toThrow('an empty folder')
  await expect(files('a.doc')).rejects.toThrow('1 files of other kinds')
  expect((await files('a.txt', 'b.md')).rows[1].cells).toEqual({ text: 'file:b.md' })
})

test.each(['id,label\na,b\n', 'id\n1\n'])(
  'a table without a column of items is refused: %j',
  async (table) => {
    await expect(open(table)).rejects.toMatchObject({
      code: 'bad-table',
      message: expect.stringContaining('a column of items: text, image'),
    })
  },
)

test('opening stops when it is told to', async () => {
  const table = `text\n${'a\n'.repeat(5000)}`
  const progress: number[] = []
  await openDataset(new Map([['items.csv', table]]), { onProgress: ({ done }) => progress.push(done) })
  expect(progress.at(-1)).toBe(5000)
  const stop = openDataset(new Map([['items.csv', table]]), { signal: AbortSignal.abort() })
  await expect(stop).rejects.toMatchObject({ code: 'cancelled' })
})

async function bytesOf(dataset: Dataset, row: number): Promise<string> {
  const item = await dataset.read(dataset.rows[row], 'image')
  return item.kind === 'file' ? new TextDecoder().decode(item.bytes) : item.words
}
