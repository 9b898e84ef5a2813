import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type IndexedPlace, RecordIndex } from './record-index.node.ts'

const contents = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  // such as fall into one slot
  fc.constantFrom('0', '1', '2').map((digit) => digit.padStart(64, '0')),
)
const place = fc.record({
  pack: fc.integer({ min: 0, max: 3 }),
  start: fc.integer({ min: 0, max: 2 ** 50 }),
  payloadBytes: fc.integer({ min: 0, max: 2 ** 31 }),
})

function inOrder(a: IndexedPlace, b: IndexedPlace): number {
  return a.start - b.start || a.payloadBytes - b.payloadBytes
}

test('gives what a Map gives', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(contents, place), { maxLength: 60 }), (entries) => {
      const index = new RecordIndex()
      const map = new Map(entries)
      for (const [content, where] of entries) index.set(content, where)
      expect(index.size).toBe(map.size)
      for (const [content, where] of map) expect(index.get(content)).toEqual(where)
      for (const pack of [0, 1, 2, 3]) {
        const expected = [...map.values()].filter((where) => where.pack === pack)
        expect([...index.placesOf(pack)].sort(inOrder)).toEqual(expected.sort(inOrder))
      }
    }),
  )
})

test('grows to many, and is empty after it was cleared', () => {
  const index = new RecordIndex()
  const content = (k: number) =>
    Math.imul(k + 1, 2654435761)
      .toString(16)
      .replace('-', 'f')
      .padStart(16, '0')
      .padEnd(64, '7')
  for (let k = 0; k < 50_000; k++) index.set(content(k), { pack: k % 5, start: k * 1e6, payloadBytes: k })
  for (let k = 0; k < 50_000; k += 997)
    expect(index.get(content(k))).toEqual({ pack: k % 5, start: k * 1e6, payloadBytes: k })
  expect(index.get('e'.repeat(64))).toBeUndefined()
  index.clear()
  expect(index.get(content(1))).toBeUndefined()
})
