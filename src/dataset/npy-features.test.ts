import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { densify, type Features } from '../spec/features.ts'
import { encode } from './encode.ts'
import { openDataset } from './open-dataset.ts'

// Data as NumPy 2.4 wrote it for [[0, 1, -2], [0.5, 100, 3]] (floats) and [[0, 1, ∓2], [7, 100, 3]] (integers).
const floats = [0, 1, -2, 0.5, 100, 3]
const integers = [0, 1, -2, 7, 100, 3]
const naturals = [0, 1, 2, 7, 100, 3]

describe('reads what NumPy writes', () => {
  test.each([
    ['<f2', '0000003c00c0003840560042', floats],
    ['<f4', '000000000000803f000000c00000003f0000c84200004040', floats],
    [
      '<f8',
      '0000000000000000000000000000f03f00000000000000c0000000000000e03f00000000000059400000000000000840',
      floats,
    ],
    ['>f2', '00003c00c000380056404200', floats],
    ['>f4', '000000003f800000c00000003f00000042c8000040400000', floats],
    [
      '>f8',
      '00000000000000003ff0000000000000c0000000000000003fe000000000000040590000000000004008000000000000',
      floats,
    ],
    ['|i1', '0001fe076403', integers],
    ['<i2', '00000100feff070064000300', integers],
    ['>i4', '0000000000000001fffffffe000000070000006400000003', integers],
    [
      '<i8',
      '00000000000000000100000000000000feffffffffffffff070000000000000064000000000000000300000000000000',
      integers,
    ],
    ['|u1', '000102076403', naturals],
    ['<u2', '000001000200070064000300', naturals],
    ['<u4', '000000000100000002000000070000006400000003000000', naturals],
    [
      '>u8',
      '000000000000000000000000000000010000000000000002000000000000000700000000000000640000000000000003',
      naturals,
    ],
    ['|b1', '000000010101', [0, 0, 0, 1, 1, 1]],
    // Largest, about the smallest normal and the smallest half numbers; minus zero; a third; 2048.
    ['<f2', 'ff7bff030100008055350068', [65504, 1023 * 2 ** -24, 2 ** -24, -0, 0.333251953125, 2048]],
  ])('%s %s', async (descr, data, numbers) => {
    const { features } = await precomputed({ 'a.npy': npy(descr, [2, 3], data) }, [
      'npy:a.npy#0',
      'npy:a.npy#1',
    ])
    expect(await rowsOf(features)).toEqual([numbers.slice(0, 3), numbers.slice(3)])
  })

  test('versions 2 and 3, Fortran order, one row as a vector', async () => {
    const data = '000000000000803f000000c00000003f0000c84200004040'
    const files = {
      'v2.npy': npy('<f4', [2, 3], data, { version: 2 }),
      'v3.npy': npy('<f4', [2, 3], data, { version: 3 }),
      'fortran.npy': npy('<f4', [2, 3], '000000000000003f0000803f0000c842000000c000004040', {
        fortran: true,
      }),
      'vector.npy': npy('<f4', [3], '000000000000803f000000c0'),
    }
    const cells = [
      'npy:v2.npy#1',
      'npy:v3.npy#1',
      'npy:fortran.npy#1',
      'npy:vector.npy#0',
      'npy:fortran.npy#0',
    ]
    const { features } = await precomputed(files, cells)
    const last = floats.slice(3)
    expect(await rowsOf(features)).toEqual([last, last, last, floats.slice(0, 3), floats.slice(0, 3)])
  })
})

test('rows come in any order from any of several matrices, those asked for and no others', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 19 })), { minLength: 1 }),
      fc.integer({ min: 1, max: 7 }),
      async (places, chunkRows) => {
        const files = Object.fromEntries(
          [0, 1, 2].map((m) => [`${m}.npy`, npyOf(Array.from({ length: 20 }, (_, r) => [m, r, m * 20 + r]))]),
        )
        const { features } = await precomputed(
          files,
          places.map(([m, r]) => `npy:${m}.npy#${r}`),
        )
        expect(await rowsOf(features, { chunkRows })).toEqual(places.map(([m, r]) => [m, r, m * 20 + r]))
      },
    ),
    { numRuns: 20 },
  )
})

test('a large matrix is not read whole', async () => {
  const bytes = npyOf(Array.from({ length: 2000 }, (_, r) => [r, ...Array(99).fill(0)]))
  let read = 0
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>])
  const slice = blob.slice.bind(blob)
  blob.slice = (start, end) => {
    read += Number(end) - Number(start)
    return slice(start, end)
  }
  const dataset = await openDataset(
    new Map<string, Blob | string>([
      ['items.csv', 'image\nnpy:a.npy#1900\nnpy:a.npy#3\n'],
      ['a.npy', blob],
    ]),
  )
  const { features } = await dataset.readPrecomputed('image')
  expect((await rowsOf(features)).map(([first]) => first)).toEqual([1900, 3])
  expect(bytes.length).toBe(800_128)
  expect(read).toBeLessThan(400_000)
})

test('what is wrong with one row costs that row, with path and row in the report', async () => {
  const files = {
    'a.npy': npyOf([
      [1, 2],
      [Number.NaN, 0],
      [0, Number.NEGATIVE_INFINITY],
      [3, 4],
    ]),
    'text.npy': 'no matrix',
  }
  const cells = [
    'npy:a.npy#0',
    'npy:a.npy#1',
    'npy:a.npy#2',
    'npy:a.npy#3',
    'npy:a.npy#4',
    'npy:none.npy#0',
    'npy:text.npy#0',
    'npy:../a.npy#0',
  ]
  const { features, rows, problems } = await precomputed(files, cells)
  expect(await rowsOf(features)).toEqual([
    [1, 2],
    [3, 4],
  ])
  expect([...rows]).toEqual([0, 3])
  expect(problems.map(({ row, view, error }) => [row, view, error.code, error.path, error.row])).toEqual([
    [5, 'image', 'bad-features', 'a.npy', 5],
    [6, 'image', 'missing-file', 'none.npy', 6],
    [7, 'image', 'bad-features', 'text.npy', 7],
    [8, 'image', 'unsafe-path', '../a.npy', 8],
    [2, 'image', 'not-finite', 'a.npy', 2],
    [3, 'image', 'not-finite', 'a.npy', 3],
  ])
  expect(problems[0].error.message).toContain('expected a row from 0 to 3, received 4')
  expect(problems[4].error.message).toContain('received NaN in row 1 of the matrix')
})

test('a number beyond float32 is not finite', async () => {
  const { problems } = await precomputed({ 'a.npy': npy('<f8', [1, 1], '9c75008869e43e7e') }, ['npy:a.npy#0'])
  expect(problems).toMatchObject([{ error: { code: 'not-finite' } }])
})

test('matrices of one view must be of one width', async () => {
  const read = precomputed({ 'a.npy': npyOf([[1, 2]]), 'b.npy': npyOf([[1, 2, 3]]) }, [
    'npy:a.npy#0',
    'npy:b.npy#0',
  ])
  await expect(read).rejects.toMatchObject({ code: 'bad-features', path: 'b.npy' })
  await expect(read).rejects.toThrow('expected rows of 2, as a.npy has, received rows of 3')
})

test.each([
  [
    'three axes',
    npy('<f4', [1, 1, 1], '00000000'),
    'expected a matrix [rows, width], received shape [1, 1, 1]',
  ],
  ['no axis', npy('<f4', [], '00000000'), 'received shape []'],
  [
    'too wide',
    npy('<f4', [1, 8193], '00'.repeat(4 * 8193)),
    'expected 1 to 8192 numbers a row, received 8193',
  ],
  ['cut off', npy('<f4', [2, 2], '00000000'), 'the file is cut off'],
  ['cut off in the header', npy('<f4', [2, 2], '').subarray(0, 40), 'a file that ends within it'],
  ['objects', npy('|O', [1, 1], '00'), 'received type |O'],
  ['complex numbers', npy('<c8', [1, 1], '00'), 'received type <c8'],
  [
    'a structured type',
    npyHeader("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1), }"),
    'a structured type',
  ],
  ['a later version', npy('<f4', [1, 1], '00000000', { version: 4 }), 'received version 4'],
  ['an empty file', new Uint8Array(0), 'another kind of file'],
])('a matrix with %s is refused', async (_, bytes, message) => {
  const { problems } = await precomputed({ 'a.npy': bytes }, ['npy:a.npy#0'])
  expect(problems).toHaveLength(1)
  expect(problems[0].error).toMatchObject({ code: 'bad-features', path: 'a.npy' })
  expect(problems[0].error.message).toContain(message)
})

test('any bytes at all are read or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 143 }), async (noise, at) => {
      const bytes = npyOf([
        [1, 2],
        [3, 4],
      ])
      bytes.set(noise.subarray(0, bytes.length - at), at)
      const { features, problems } = await precomputed({ 'a.npy': bytes }, ['npy:a.npy#0'])
      expect(features.count + problems.length).toBe(1)
    }),
  )
})

test('precomputed features are encoded as they are, equal rows as equal contents', async () => {
  const dataset = await openDataset(
    new Map<string, string | Uint8Array>([
      [
        'items.csv',
        'split,image,audio.x,audio.y\ntrain,npy:a.npy#0,npy:a.npy#0,npy:a.npy#2\ntest,npy:a.npy#1,,npy:a.npy#0\nval,npy:a.npy#2,,npy:b.npy#0\n',
      ],
      [
        'a.npy',
        npyOf([
          [1, 2],
          [3, 4],
          [1, 2],
        ]),
      ],
      ['b.npy', npyOf([[Number.NaN, 2]])],
    ]),
  )
  const { views, problems } = await encode(dataset, {})
  expect(views.map(({ name, source, rows }) => [name, source, [...rows]])).toEqual([
    ['image', 'npy', [0, 1, 2]],
    ['audio.x', 'npy', [0]],
    ['audio.y', 'npy', [0, 1]],
  ])
  expect(views[0].encoder).toMatchObject({ id: 'npy', parameters: { dim: 2 } })
  const [image, x, y] = views.map(({ contents }) => [...contents])
  expect(image[0]).toBe(image[2])
  expect(image[0]).not.toBe(image[1])
  expect(new Set([...x, ...y]).size).toBe(1)
  expect(problems).toMatchObject([{ row: 3, view: 'audio.y', error: { code: 'not-finite', path: 'b.npy' } }])

  const test = await encode(dataset, {}, { splits: ['test'], views: ['image'] })
  expect(test.views.map(({ name, rows }) => [name, [...rows]])).toEqual([['image', [1]]])
  expect(await rowsOf(test.views[0].features)).toEqual([[3, 4]])
})

async function precomputed(files: Record<string, Uint8Array | string>, cells: readonly string[]) {
  const table = `image\n${cells.join('\n')}\n`
  const dataset = await openDataset(
    new Map<string, Uint8Array | string>([['items.csv', table], ...Object.entries(files)]),
  )
  return dataset.readPrecomputed('image')
}

async function rowsOf(features: Features, options?: Parameters<Features['chunks']>[0]): Promise<number[][]> {
  const rows: number[][] = []
  for await (const chunk of features.chunks(options)) {
    const data = densify(chunk)
    for (let r = 0; r < chunk.rows; r++) rows.push([...data.subarray(r * chunk.dim, (r + 1) * chunk.dim)])
  }
  return rows
}

function npyOf(rows: number[][]): Uint8Array {
  return npy(
    '<f4',
    [rows.length, rows[0].length],
    Buffer.from(Float32Array.from(rows.flat()).buffer).toString('hex'),
  )
}

function npy(
  descr: string,
  shape: number[],
  data: string,
  { version = 1, fortran = false } = {},
): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`
  return new Uint8Array(Buffer.concat([npyHeader(header, version), Buffer.from(data, 'hex')]))
}

/** Padded so that the data starts at 128. */
function npyHeader(header: string, version = 1): Uint8Array {
  const start = Buffer.alloc(128, ' ')
  start.set([0x93, ...Buffer.from('NUMPY'), version, 0])
  const lengthBytes = version === 1 ? 2 : 4
  start.writeUIntLE(128 - 8 - lengthBytes, 8, lengthBytes)
  start.write(header, 8 + lengthBytes)
  start.write('\n', 127)
  return new Uint8Array(start)
}
