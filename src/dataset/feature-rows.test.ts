import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { densify, type FeatureChunk, type Features } from '../spec/features.ts'
import { DenseRows } from './dense-rows.ts'
import { SelectedFeatures } from './selected-features.ts'
import { SparseRows } from './sparse-rows.ts'

const dim = 5
const row = fc.array(fc.constantFrom(0, 0, 0, 1, -2.5, 3), { minLength: dim, maxLength: dim })
const batches = fc.array(fc.array(row, { maxLength: 6 }), { maxLength: 6 })

describe.each([
  ['dense', () => new DenseRows(dim), denseChunk],
  ['sparse', () => new SparseRows(dim), sparseChunk],
] as const)('%s rows', (kind, make, chunkOf) => {
  test('give back what was added, in any order, in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.array(fc.nat()),
        fc.integer({ min: 1, max: 9 }),
        async (added, picks, chunkRows) => {
          const rows = make()
          for (const batch of added) rows.append(chunkOf(batch) as never)
          const all = added.flat()
          expect(rows.count).toBe(all.length)
          expect(await read(rows, { chunkRows })).toEqual(all)
          const order = all.length === 0 ? [] : picks.map((pick) => pick % all.length)
          expect(await read(rows, { order, chunkRows })).toEqual(order.map((i) => all[i]))
          const selected = new SelectedFeatures(rows, Int32Array.from(order))
          expect(await read(selected, { chunkRows })).toEqual(order.map((i) => all[i]))
          const reversed = Array.from(order.keys()).reverse()
          expect(await read(selected, { order: reversed })).toEqual(reversed.map((i) => all[order[i]]))
        },
      ),
    )
  })

  test('chunks are of the kind and no larger than asked', async () => {
    const rows = make()
    rows.append(chunkOf(Array.from({ length: 600 }, () => [0, 1, 0, 0, 2])) as never)
    const sizes: number[] = []
    for await (const chunk of rows.chunks()) {
      expect(chunk.kind).toBe(kind)
      sizes.push(chunk.rows)
    }
    expect(sizes).toEqual([256, 256, 88])
  })

  test('a row that is not there is an error', async () => {
    await expect(read(make(), { order: [0] })).rejects.toThrow(RangeError)
    await expect(read(make(), { order: [-1] })).rejects.toThrow(RangeError)
  })
})

test.each([
  ['in memory', undefined],
  ['all but the last block on disk', 0],
  ['some in memory, some on disk', 2 ** 22],
])('dense rows of several blocks, %s', async (_, heldBytes) => {
  const wide = 8192
  const rows = new DenseRows(wide, heldBytes)
  for (let i = 0; i < 700; i++)
    rows.append({ kind: 'dense', rows: 1, dim: wide, data: new Float32Array(wide).fill(i) })
  for (const order of [[699, 0, 127, 128, 129, 128, 500, 501, 3], Array.from({ length: 700 }, (_, i) => i)]) {
    const seen: number[] = []
    for await (const { data } of rows.chunks({ order, chunkRows: 200 }))
      for (let at = 0; at < data.length; at += wide) seen.push(data[at], data[at + wide - 1])
    expect(seen).toEqual(order.flatMap((i) => [i, i]))
  }
})

function denseChunk(rows: number[][]): FeatureChunk {
  return { kind: 'dense', rows: rows.length, dim, data: Float32Array.from(rows.flat()) }
}

/** The rows stand after others in the arrays, as a part of a larger chunk does. */
function sparseChunk(rows: number[][]): FeatureChunk {
  const entries = rows.map((values) => [...values.entries()].filter(([, value]) => value !== 0))
  const starts = [1]
  for (const row of entries) starts.push(starts.at(-1)! + row.length)
  return {
    kind: 'sparse',
    rows: rows.length,
    dim,
    rowStarts: Int32Array.from(starts),
    columns: Int32Array.from([77, ...entries.flat().map(([column]) => column)]),
    values: Float32Array.from([77, ...entries.flat().map(([, value]) => value)]),
  }
}

async function read(features: Features, options: Parameters<Features['chunks']>[0]): Promise<number[][]> {
  const rows: number[][] = []
  for await (const chunk of features.chunks(options)) {
    expect(chunk.rows).toBeLessThanOrEqual(options?.chunkRows ?? 256)
    const data = densify(chunk)
    for (let r = 0; r < chunk.rows; r++) rows.push([...data.subarray(r * dim, (r + 1) * dim)])
  }
  return rows
}
