// Fixtures: numpy 2.4, safetensors and pyarrow 26. Number j of row i of `image` is 10 i + j, six rows of three; row 4 of
// `broken` holds a NaN; `ragged` has a row of two, one that is null; Parquet and Arrow hold them in groups of four rows.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { densify } from '../spec/features.ts'
import { encode } from './encode.ts'
import { openDataset } from './open-dataset.ts'

const fixture = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, 'fixtures', name)))

async function read(cells: readonly string[], files: Record<string, Uint8Array>) {
  const dataset = await openDataset(
    new Map<string, Uint8Array | string>([
      ['items.csv', `image\n${cells.join('\n')}\n`],
      ...Object.entries(files),
    ]),
  )
  const { views, problems } = await encode(dataset, {}, { cache: false })
  const rows: number[][] = []
  const [{ features }] = views
  for await (const chunk of features.chunks({ chunkRows: 2 })) {
    const data = densify(chunk)
    for (let row = 0; row < chunk.rows; row++)
      rows.push([...data.subarray(row * chunk.dim, (row + 1) * chunk.dim)])
  }
  return { rows, problems: problems.map(({ row, error }) => `${row} ${error.code}: ${error.message}`) }
}

const inOne = (name: string) =>
  read(
    [0, 5, 2, 2].map((row) => `features:${name}#${row}`),
    { [name]: fixture(name) },
  )
const named = (name: string, within: string, rows = [0, 5, 2]) =>
  read(
    rows.map((row) => `features:${name}#${within}#${row}`),
    { [name]: fixture(name) },
  )

const expected = [
  [0, 1, 2],
  [50, 51, 52],
  [20, 21, 22],
]

test.each([
  ['rows.npz', 'image'],
  ['rows-compressed.npz', 'image'],
  ['rows.safetensors', 'image'],
  ['rows.safetensors', 'half'],
  ['rows.parquet', 'image'],
  ['rows.parquet', 'double'],
  ['rows.arrow', 'image'],
  ['rows.arrow', 'double'],
])('rows of %s, %s', async (name, within) => {
  expect(await named(name, within)).toEqual({ rows: expected, problems: [] })
})

test.each(['rows-zstd.parquet', 'rows.arrows'])('the only column needs no name: %s', async (name) => {
  expect(await inOne(name)).toEqual({ rows: [...expected, expected[2]], problems: [] })
})

test('rows of other files and other names within one, in one view', async () => {
  const cells = ['features:rows.npz#image#1', 'features:rows.parquet#image#3', 'features:rows.npz#broken#5']
  const files = { 'rows.npz': fixture('rows.npz'), 'rows.parquet': fixture('rows.parquet') }
  const { rows } = await read(cells, files)
  expect(rows.map(([first]) => first)).toEqual([10, 30, 50])
})

test.each(['rows.npz', 'rows-compressed.npz', 'rows.safetensors', 'rows.parquet', 'rows.arrow'])(
  'NaN, and rows out of range, are left out and named: %s',
  async (name) => {
    const { rows, problems } = await named(name, 'broken', [0, 4, 5, 6])
    expect(rows).toEqual([expected[0], expected[1]])
    expect(problems).toEqual([
      expect.stringMatching(/^4 bad-features: .*row 4.*a row from 0 to 5, received 6/),
      expect.stringMatching(/^2 not-finite: .*NaN in row 4/),
    ])
  },
)

test('rows of another length than the first are left out', async () => {
  for (const name of ['rows.parquet', 'rows.arrow']) {
    const { rows, problems } = await named(name, 'ragged', [0, 1, 2, 3])
    expect(rows).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(problems).toEqual([
      expect.stringContaining('expected rows of 3 numbers, received a list of 2 numbers in row 1'),
      expect.stringContaining('received none in row 2'),
    ])
  }
})

test.each([
  [
    'features:rows.npz#0',
    'rows.npz',
    'expected one of image, text, broken, received no name; write features:rows.npz#image#ROW',
  ],
  ['features:rows.npz#sound#0', 'rows.npz', 'received sound'],
  [
    'features:rows.safetensors#cube#0',
    'rows.safetensors',
    'expected a matrix [rows, width], received shape [2, 2, 2]',
  ],
  ['features:rows.parquet#name#0', 'rows.parquet', 'expected a column of lists of numbers'],
  ['features:rows.arrow#name#0', 'rows.arrow', 'expected a column of lists of numbers'],
  ['features:rows-lz4.arrow#0', 'rows-lz4.arrow', 'save it without compression'],
])('%s is refused', async (cell, name, message) => {
  await expect(read([cell], { [name]: fixture(name) })).rejects.toThrow(message)
})

test('widths that differ within a view stop it', async () => {
  const cells = ['features:rows.npz#image#0', 'features:rows.npz#text#0']
  await expect(read(cells, { 'rows.npz': fixture('rows.npz') })).rejects.toMatchObject({
    code: 'bad-features',
  })
})

test.each(['rows.npz', 'rows-compressed.npz', 'rows.safetensors', 'rows.parquet', 'rows.arrow'])(
  'cut off or damaged anywhere, it is bad features and nothing else: %s',
  async (name) => {
    const whole = fixture(name)
    let refused = 0
    for (let k = 0; k < 120; k++) {
      const bytes = k % 2 ? whole.slice(0, Math.floor((whole.length * k) / 120)) : whole.slice()
      for (let b = 0; k % 2 === 0 && b < 4; b++)
        bytes[(k * 7919 + b * 104729) % bytes.length] = (k * 37 + b * 101) % 256
      const cells = [`features:${name}#image#0`, `features:${name}#image#5`]
      await read(cells, { [name]: bytes }).catch((error) => {
        refused++
        expect(['not-enough-data', 'bad-features', 'unreadable-item']).toContain(error.code)
      })
    }
    expect(refused).toBeGreaterThan(20)
  },
)

test('an Arrow batch that claims more rows than its bytes can hold is refused before they are read', async () => {
  const bytes = fixture('rows.arrows')
  const view = new DataView(bytes.buffer)
  // Number of rows of the first batch: the first 4 of 64 bits that stands behind the schema.
  const places = Array.from({ length: bytes.length / 8 - 1 }, (_, k) => 8 * k).filter(
    (at) => view.getBigInt64(at, true) === 4n,
  )
  expect(places.length).toBeGreaterThan(0)
  const refusals: string[] = []
  for (const at of places) {
    view.setBigInt64(at, 2n ** 24n, true)
    await read(['features:rows.arrows#image#0'], { 'rows.arrows': bytes }).catch(({ message }) =>
      refusals.push(message),
    )
    view.setBigInt64(at, 4n, true)
  }
  expect(refusals).toContainEqual(expect.stringMatching(/received 16777216 rows in \d+ bytes/))
})

test('an Arrow schema that claims more fields than its bytes can hold is refused before they are read', async () => {
  const bytes = fixture('rows.arrows')
  const view = new DataView(bytes.buffer)
  let refused = 0
  // Wherever a small count may stand, in the schema, which comes first.
  for (let at = 8; at < 300; at += 4) {
    const count = view.getUint32(at, true)
    if (count === 0 || count > 8) continue
    view.setUint32(at, 2 ** 26, true)
    await read(['features:rows.arrows#image#0'], { 'rows.arrows': bytes }).catch(({ message }) => {
      if (message.includes(`a list of ${2 ** 26}`)) refused++
    })
    view.setUint32(at, count, true)
  }
  expect(refused).toBeGreaterThan(1)
})
