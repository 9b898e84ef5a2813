// What every encoder must hold, run against each of them: its rows are finite, of the stated width, the same each
// time, the same whatever else is in the batch and whichever engine runs; its fingerprint follows its parameters; and
// bad items are refused one by one, with a code that says what kind of trouble it is.

import { afterAll, describe, expect, test } from 'vitest'
import type { EngineName } from '../platform/ort.ts'
import type { Encoder, RawItem } from '../spec/encoder.ts'
import type { ErrorCode } from '../spec/errors.ts'
import { densify, type FeatureChunk, maxFeatureDim } from '../spec/features.ts'

export interface EncoderContract {
  /** A new encoder with the parameters under test. An encoder that runs graphs passes `engine` on. */
  make(engine?: EngineName): Encoder
  /** Encoders of the same id with other parameters, all different. */
  others: readonly (() => Encoder)[]
  /** At least three good items, as different in size and kind as they come. */
  items(): RawItem[] | Promise<RawItem[]>
  /** What must be refused, and how. */
  bad: readonly { what: string; item: RawItem | (() => RawItem | Promise<RawItem>); code: ErrorCode }[]
  /** Where no engine is involved, it need not be compared. */
  runsGraphs: boolean
}

const engineTolerance = 1e-4
const batchTolerance = 1e-5

export function encoderContract(name: string, contract: EncoderContract): void {
  describe(`${name} keeps the encoder contract`, () => {
    const encoder = contract.make()
    afterAll(() => encoder.close())

    const decodeAll = async (of = encoder) =>
      Promise.all((await contract.items()).map((item) => of.decode(item)))
    const encodeAll = async (of = encoder) => of.encode(await decodeAll(of))

    test('rows are finite, of the stated kind and width, and differ between items', async () => {
      const items = await decodeAll()
      expect(items.length).toBeGreaterThanOrEqual(3)
      const chunk = await encoder.encode(items)
      expect(chunk).toMatchObject({ kind: encoder.kind, rows: items.length, dim: encoder.featureDim })
      expect(encoder.featureDim).toBeLessThanOrEqual(maxFeatureDim)
      const rows = rowsOf(chunk)
      expect(rows.every((row) => row.every(Number.isFinite))).toBe(true)
      for (let k = 1; k < rows.length; k++) {
        expect(largestDifference(rows[k], rows[k - 1])).toBeGreaterThan(1e-3)
      }
    })

    test('no items give no rows', async () => {
      const chunk = await encoder.encode([])
      expect(chunk).toMatchObject({ rows: 0, dim: encoder.featureDim })
      expect(densify(chunk)).toHaveLength(0)
    })

    test('the same items give the same numbers again, to the last bit', async () => {
      expect(await encodeAll()).toEqual(await encodeAll())
    })

    test('a row does not depend on its batch', async () => {
      const items = await decodeAll()
      const together = rowsOf(await encoder.encode(items))
      const reversed = rowsOf(await encoder.encode(items.toReversed())).reverse()
      const many = Array.from({ length: encoder.batchSize + 1 }, (_, k) => items[k % items.length])
      const beyondOneBatch = rowsOf(await encoder.encode(many)).slice(-1)
      for (const [k, item] of items.entries()) {
        const [alone] = rowsOf(await encoder.encode([item]))
        expect(largestDifference(together[k], alone)).toBeLessThan(batchTolerance)
        expect(largestDifference(reversed[k], alone)).toBeLessThan(batchTolerance)
      }
      const last = encoder.batchSize % items.length
      expect(largestDifference(beyondOneBatch[0], together[last])).toBeLessThan(batchTolerance)
    })

    test('encoding leaves the decoded items as they were, and works again after close', async () => {
      const items = await decodeAll()
      const before = structuredClone(items)
      const first = await encoder.encode(items)
      expect(items).toEqual(before)
      await encoder.close()
      expect(await encoder.encode(items)).toEqual(first)
    })

    test.runIf(contract.runsGraphs)('both engines agree within 1e-4', async () => {
      const native = contract.make('onnxruntime-node')
      const web = contract.make('onnxruntime-web')
      try {
        const [rows, same] = [rowsOf(await encodeAll(native)), rowsOf(await encodeAll(web))]
        rows.forEach((row, k) => {
          expect(largestDifference(row, same[k])).toBeLessThan(engineTolerance)
        })
        expect(web.fingerprint).toBe(native.fingerprint)
      } finally {
        await Promise.all([native.close(), web.close()])
      }
    })

    test('the fingerprint follows the parameters and nothing else', () => {
      expect(contract.make().fingerprint).toBe(encoder.fingerprint)
      const all = [encoder, ...contract.others.map((make) => make())]
      expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(all.length)
      for (const { id, parameters } of all) {
        expect(id).toBe(encoder.id)
        expect(JSON.parse(JSON.stringify(parameters))).toEqual(parameters)
      }
    })

    test.each(contract.bad)('$what is refused as $code', async ({ item, code }) => {
      const raw = typeof item === 'function' ? await item() : item
      const refusal = encoder.decode(raw)
      await expect(refusal).rejects.toMatchObject({ name: 'TongganError', code })
      if (raw.kind === 'file') await expect(refusal).rejects.toMatchObject({ path: raw.name })
    })
  })
}

function rowsOf(chunk: FeatureChunk): Float32Array[] {
  const data = densify(chunk)
  return Array.from({ length: chunk.rows }, (_, row) => data.subarray(row * chunk.dim, (row + 1) * chunk.dim))
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k])), 0)
}
