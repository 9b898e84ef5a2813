import { afterAll, describe, expect, test } from 'vitest'
import { Random } from '../../math/random.ts'
import type { Features, SparseChunk } from '../../spec/features.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { fitNarrowings } from './fit-narrowings.ts'
import { narrow } from './narrowing.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

const options = { rank: 4, hashedRank: 4, shrinkage: 0, hashedDim: 8, seed: 1 }

function dense(rows: number, dim: number, value: (row: number, col: number) => number): Features {
  return {
    count: rows,
    dim,
    kind: 'dense',
    async *chunks({ order = Array.from({ length: rows }, (_, i) => i) } = {}) {
      const data = Float32Array.from({ length: order.length * dim }, (_, i) =>
        value(order[Math.floor(i / dim)], i % dim),
      )
      yield { kind: 'dense', rows: order.length, dim, data }
    },
  }
}

/** Rows of words, each word one column of 32. */
function hashed(words: number[][]): Features {
  return {
    count: words.length,
    dim: 32,
    kind: 'sparse',
    async *chunks({ order = words.map((_, i) => i) } = {}) {
      const rows = Array.from(order, (row) => [...words[row]].sort((a, b) => a - b))
      const rowStarts = Int32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)])
      yield {
        kind: 'sparse',
        rows: rows.length,
        dim: 32,
        rowStarts,
        columns: Int32Array.from(rows.flat()),
        values: new Float32Array(rows.flat().length).fill(1),
      } satisfies SparseChunk
    },
  }
}

const all = (features: Features) => ({ features, order: Array.from({ length: features.count }, (_, i) => i) })

describe('dense features', () => {
  const random = new Random(2)
  const noise = random.normals(300 * 20)
  const hidden = random.normals(300 * 2)
  const features = dense(
    300,
    20,
    (row, col) => 5 + hidden[row * 2 + (col % 2)] * (1 + col) + 0.01 * noise[row * 20 + col],
  )

  test('become principal components: of mean 0, variance 1, uncorrelated', async () => {
    const [narrowing] = await fitNarrowings(products, [[all(features)]], { ...options, rank: 2 })
    const { data, cols } = await narrow(narrowing, [all(features)])
    expect(cols).toBe(2)
    const moment = (a: number, b: number) => {
      let sum = 0
      for (let row = 0; row < 300; row++) sum += data[row * 2 + a] * (b < 0 ? 1 : data[row * 2 + b])
      return sum / 300
    }
    expect(moment(0, -1)).toBeCloseTo(0, 3)
    expect(moment(0, 0)).toBeCloseTo(1, 2)
    expect(moment(1, 1)).toBeCloseTo(1, 2)
    expect(moment(0, 1)).toBeCloseTo(0, 2)
  })

  test('shrinkage leaves weak components smaller, at a mean variance of 1', async () => {
    const weak = dense(300, 2, (row, col) => hidden[row * 2 + col] * (col === 0 ? 10 : 1))
    const [narrowing] = await fitNarrowings(products, [[all(weak)]], { ...options, rank: 2, shrinkage: 1 })
    const { data } = await narrow(narrowing, [all(weak)])
    const variance = (col: number) =>
      data.reduce((sum, value, i) => (i % 2 === col ? sum + value ** 2 / 300 : sum), 0)
    expect(variance(0) + variance(1)).toBeCloseTo(2, 1)
    expect(variance(1)).toBeLessThan(0.1 * variance(0))
  })

  test('no more components than the items can tell apart', async () => {
    const [narrowing] = await fitNarrowings(products, [[{ features, order: [0, 1, 2] }]], options)
    expect(narrowing.dim).toBeLessThanOrEqual(2)
  })
})

describe('hashed features', () => {
  const titles = hashed([
    [1, 2],
    [3, 4],
    [1, 5],
    [6, 7],
    [2, 8],
    [9, 1],
  ])
  const code = hashed([
    [1, 20],
    [21, 22],
    [2, 20],
    [23, 24],
    [5, 25],
    [9, 26],
  ])

  test('share one narrowing, so that the same words are the same in every sense', async () => {
    const [text, source] = await fitNarrowings(products, [[all(titles)], [all(code)]], options)
    const words = hashed([[1, 2, 5]])
    expect((await narrow(text, [all(words)])).data).toEqual((await narrow(source, [all(words)])).data)
  })

  test('how often a word is said in one item does not change the length', async () => {
    const [narrowing] = await fitNarrowings(products, [[all(titles)]], options)
    const once = await narrow(narrowing, [all(hashed([[1, 2]]))])
    const twice = await narrow(narrowing, [all(hashed([[1, 1, 2, 2]]))])
    once.data.forEach((value, k) => {
      expect(twice.data[k]).toBeCloseTo(value, 4)
    })
  })
})

describe('features that are not finite', () => {
  const rows = (view: string, features: Features) => [{ ...all(features), view }]
  const fine = dense(12, 3, (row, col) => (row * (col + 2)) % 5)

  test.each([
    ['not a number', 3, Number.NaN, 'NaN in item 7'],
    ['of infinite variance', 3, 1e25, '1.00e+25 in item 7'],
    ['too large for a leading subspace', 30, 1e15, '1.00e+15 in item 7'],
  ])('name their view and item where one is %s', async (_, dim, value, received) => {
    const wild = dense(12, dim, (row, col) => (row === 7 && col === 2 ? value : (row * (col + 2)) % 5))
    const fit = fitNarrowings(products, [rows('image', fine), rows('audio', wild)], options)
    await expect(fit).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining('features of audio'),
      facts: { received: expect.stringContaining(received) },
    })
  })

  test('name it where they are hashed, which all hashed senses are narrowed with', async () => {
    const words = hashed([[1, 2], [3], [4, 5], [1, 6]])
    const wild: Features = {
      ...words,
      async *chunks(given) {
        for await (const chunk of words.chunks(given)) {
          if (chunk.kind === 'sparse') chunk.values[chunk.rowStarts[2]] = Number.NaN
          yield chunk
        }
      },
    }
    const fit = fitNarrowings(products, [rows('text', words), rows('code', wild)], options)
    await expect(fit).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining('features of code'),
      facts: { received: expect.stringContaining('NaN in item 2') },
    })
  })

  test('are refused where a finished narrowing meets them', async () => {
    const [narrowing] = await fitNarrowings(products, [rows('image', fine)], options)
    const wild = dense(12, 3, (row) => (row === 5 ? -1e30 : row % 3))
    await expect(narrow(narrowing, rows('image', wild))).rejects.toMatchObject({
      code: 'not-finite',
      facts: {
        operation: 'fit: features of image',
        received: expect.stringContaining('-1.00e+30 in item 5'),
      },
    })
  })
})
