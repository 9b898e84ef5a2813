import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openSpillFile } from '#platform/spill-file'
import { densify, type FeatureChunk, type Features } from '../spec/features.ts'
import { DenseRows } from './dense-rows.ts'
import { SelectedFeatures } from './selected-features.ts'
import { SparseRows } from './sparse-rows.ts'

vi.mock('#platform/spill-file', () => ({ openSpillFile: vi.fn() }))

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

describe('dense rows of several blocks', () => {
  afterEach(() => vi.mocked(openSpillFile).mockReset())

  const wide = 8192
  const blockBytes = 2 ** 22
  const filled = (rows: number, heldBytes?: number) => {
    const out = new DenseRows(wide, heldBytes)
    for (let i = 0; i < rows; i++)
      out.append({ kind: 'dense', rows: 1, dim: wide, data: new Float32Array(wide).fill(i) })
    return out
  }
  const orders = [[699, 0, 127, 128, 129, 128, 500, 501, 3], Array.from({ length: 700 }, (_, i) => i)]
  const expectRows = async (rows: DenseRows) => {
    for (const order of orders) {
      const seen: number[] = []
      for await (const { data } of rows.chunks({ order, chunkRows: 200 }))
        for (let at = 0; at < data.length; at += wide) seen.push(data[at], data[at + wide - 1])
      expect(seen).toEqual(order.flatMap((i) => [i, i]))
    }
  }

  // 700 rows are 5.5 blocks.
  test.each([
    ['in memory', undefined, 0],
    ['all but the last block in a file', 0, 5],
    ['some in memory, some in a file', 2 * blockBytes, 4],
  ])('%s', async (_, heldBytes, spilled) => {
    const { openSpillFile: open } =
      await vi.importActual<typeof import('#platform/spill-file')>('#platform/spill-file')
    let written = 0
    vi.mocked(openSpillFile).mockImplementation(() => {
      const file = open()!
      const append = (bytes: Uint8Array) => {
        written += bytes.length
        return file.append(bytes)
      }
      return { append, read: (start, into) => file.read(start, into) }
    })
    await expectRows(filled(700, heldBytes))
    expect(written).toBe(spilled * blockBytes)
  })

  test('stay in memory from where a file takes no more, or where there is none', async () => {
    const { openSpillFile: open } =
      await vi.importActual<typeof import('#platform/spill-file')>('#platform/spill-file')
    let calls = 0
    vi.mocked(openSpillFile).mockImplementation(() => {
      const file = open()!
      return {
        append: (bytes) => ++calls < 3 && file.append(bytes),
        read: (start, into) => file.read(start, into),
      }
    })
    await expectRows(filled(700, 0))
    expect(calls).toBe(3)
    vi.mocked(openSpillFile).mockReset()
    vi.mocked(openSpillFile).mockReturnValue(undefined)
    await expectRows(filled(700, 0))
  })
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
