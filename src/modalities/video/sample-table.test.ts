import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SampleTable } from './sample-table.ts'

interface Sample {
  readonly delta: number
  readonly offset: number
  readonly size: number
  readonly isKey: boolean
}

const sample: fc.Arbitrary<Sample> = fc.record({
  delta: fc.integer({ min: 1, max: 4 }),
  offset: fc.integer({ min: -9, max: 9 }),
  size: fc.integer({ min: 0, max: 50 }),
  isKey: fc.boolean(),
})
/** Samples of each chunk. */
const film = fc.array(fc.array(sample, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 })

const numbers = (...values: number[]) => {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  for (const [k, value] of values.entries()) view.setInt32(4 * k, value)
  return view
}

/** The values in runs, as tables with counts have them. */
function runs(values: readonly number[]): number[] {
  const entries: number[][] = []
  for (const value of values) {
    const last = entries.at(-1)
    if (last?.[1] === value) last[0]++
    else entries.push([1, value])
  }
  return [entries.length, ...entries.flat()]
}

const chunkStart = (chunk: number) => 1000 * (chunk + 1)

function tablesOf(chunks: readonly Sample[][], isReordered: boolean) {
  const samples = chunks.flat()
  const keys = samples.flatMap(({ isKey }, k) => (isKey ? [k + 1] : []))
  const perChunk = chunks.flatMap(({ length }, k) =>
    chunks[k - 1]?.length === length ? [] : [k + 1, length, 1],
  )
  const boxes = new Map([
    ['stts', numbers(0, ...runs(samples.map(({ delta }) => delta)))],
    ['stsz', numbers(0, 0, samples.length, ...samples.map(({ size }) => size))],
    ['stss', numbers(0, keys.length, ...keys)],
    ['stsc', numbers(0, perChunk.length / 3, ...perChunk)],
    ['stco', numbers(0, chunks.length, ...chunks.map((_, k) => chunkStart(k)))],
  ])
  if (isReordered) boxes.set('ctts', numbers(0, ...runs(samples.map(({ offset }) => offset))))
  return boxes
}

function saysWhatAListSays(chunks: readonly Sample[][], isReordered: boolean): void {
  const table = SampleTable.of(tablesOf(chunks, isReordered))
  let inFile = 0
  const listed = chunks.flatMap((samples, chunk) => {
    let start = chunkStart(chunk)
    return samples.map(({ delta, offset, size, isKey }) => {
      const entry = { time: inFile + (isReordered ? offset : 0), start, size, isKey }
      inFile += delta
      start += size
      return entry
    })
  })
  listed[0].isKey = true // whatever the table says
  const shown = listed.map((_, k) => k).sort((a, b) => listed[a].time - listed[b].time || a - b)
  expect(table?.count).toBe(listed.length)
  for (const [k, { time, start, size, isKey }] of listed.entries()) {
    const keyAfter = listed.findIndex((other, place) => place > k && other.isKey)
    expect(table?.timeOf(k)).toBe(time)
    expect(table?.isKey(k)).toBe(isKey)
    expect(table?.placeOf(k)).toEqual({ start, size })
    expect(table?.keyAfter(k)).toBe(keyAfter === -1 ? undefined : keyAfter)
    const next = shown[shown.indexOf(k) + 1]
    if (next !== undefined) expect(table?.durationOf(k)).toBe(listed[next].time - time)
  }
  for (let time = -10; time < inFile + 10; time++) {
    const started = shown.filter((k) => listed[k].time <= time)
    expect(table?.sampleAt(time)).toBe(started.at(-1))
    expect(table?.keyAt(time)).toBe(started.filter((k) => listed[k].isKey).at(-1))
  }
}

describe('a sample table', () => {
  test('says what a list of its samples says', () => {
    fc.assert(fc.property(film, fc.boolean(), saysWhatAListSays))
  })

  test('chunks are asked in any order', () => {
    const one = { delta: 1, offset: 0, isKey: true }
    const table = SampleTable.of(
      tablesOf(
        [
          [
            { ...one, size: 7 },
            { ...one, size: 9 },
          ],
          [{ ...one, size: 5 }],
        ],
        false,
      ),
    )
    const starts = [1, 0, 2, 1].map((k) => table?.placeOf(k)?.start)
    expect(starts).toEqual([1007, 1000, 2000, 1007])
  })

  test('samples of one size lie side by side', () => {
    const one = { delta: 1, offset: 0, size: 5, isKey: true }
    const boxes = tablesOf([[one, one], [one]], false).set('stsz', numbers(0, 5, 3))
    const places = [0, 1, 2, 3].map((k) => SampleTable.of(boxes)?.placeOf(k)?.start)
    expect(places).toEqual([1000, 1005, 2000, undefined])
  })

  test.each(['stts', 'stsz', 'stss', 'stsc', 'stco', 'ctts'])('a %s that is cut off is no table', (type) => {
    const one = { delta: 1, offset: 0, size: 7, isKey: true }
    const boxes = tablesOf([[one], [one]], true)
    const whole = boxes.get(type) as DataView<ArrayBuffer>
    boxes.set(type, new DataView(whole.buffer, 0, whole.byteLength - 1))
    expect(SampleTable.of(boxes)).toBeUndefined()
  })
})
