// When each sample of an MP4's track is shown and where it lies, looked up in the tables as they stand in the file. Two
// hours tell of half a million samples: as bytes and typed arrays they take 6 MB, as an object each more than 50.
// Source: ISO/IEC 14496-12, 8.6.1 (stts, ctts), 8.6.2 (stss), 8.7 (stsz, stsc, stco, co64).

import { countAtMost } from '../../spec/count-at-most.ts'
import { type IsoBoxes, maxFrames } from './iso-tables.ts'

/** Where a sample lies in the file. */
export interface SamplePlace {
  readonly start: number
  readonly size: number
}

export class SampleTable {
  /** Samples of which the tables say when they are shown and how long they are. */
  readonly count: number
  readonly #times: Times
  readonly #sizes: DataView
  readonly #uniformSize: number
  readonly #chunks: Chunks
  /** Those that need no others, ascending; undefined where none does. */
  readonly #keys: Uint32Array | undefined
  /** Their ranks, ascending. */
  readonly #keyRanks: Uint32Array | undefined
  /** In order of showing, where that is another than the order in the file. */
  readonly #shown: Shown | undefined
  /** Where the walk through a chunk last was. */
  #last = { chunk: -1, sample: 0, start: 0 }

  /** Undefined where a table is missing, of a rarer kind or cut off: whoever reads on says what is wrong. */
  static of(boxes: IsoBoxes): SampleTable | undefined {
    const times = readTimes(boxes.get('stts'))
    const sizes = boxes.get('stsz')
    const chunks = readChunks(boxes)
    if (!times || !sizes || sizes.byteLength < 12 || !chunks) return undefined
    const uniformSize = sizes.getUint32(4)
    const sized = sizes.getUint32(8)
    if (uniformSize === 0 && !holds(sizes, 12, sized, 4)) return undefined
    const offsets = boxes.get('ctts')
    const keys = boxes.get('stss')
    if (offsets && (!holdsEntries(offsets, 8) || times.count > maxFrames)) return undefined
    if (keys && !holdsEntries(keys, 4)) return undefined
    return new SampleTable({ times, sizes, uniformSize, sized, chunks, offsets, keys })
  }

  private constructor(tables: {
    times: Times
    sizes: DataView
    uniformSize: number
    sized: number
    chunks: Chunks
    offsets: DataView | undefined
    keys: DataView | undefined
  }) {
    const { times, offsets, keys } = tables
    this.count = Math.min(times.count, tables.sized)
    this.#times = times
    this.#sizes = tables.sizes
    this.#uniformSize = tables.uniformSize
    this.#chunks = tables.chunks
    if (offsets && offsets.getUint32(4) > 0) this.#shown = shownOrder(times, offsets, this.count)
    if (keys) {
      this.#keys = keySamples(keys, this.count)
      this.#keyRanks = this.#keys.map((sample) => this.#shown?.rank[sample] ?? sample).sort()
    }
  }

  /** The start of a sample, in units of the track's time scale. */
  timeOf(sample: number): number {
    return this.#shown ? this.#shown.times[this.#shown.rank[sample]] : timeInFile(this.#times, sample)
  }

  /** How long a sample is shown: until the next one is. */
  durationOf(sample: number): number {
    const next = this.#shown?.order[this.#shown.rank[sample] + 1]
    if (next !== undefined) return this.timeOf(next) - this.timeOf(sample)
    return this.#times.deltas[runOf(this.#times.firstSamples, sample)]
  }

  isKey(sample: number): boolean {
    return !this.#keys || this.#keys[runOf(this.#keys, sample)] === sample
  }

  /** What is shown at `time`: the last sample that starts by then; undefined before the first. */
  sampleAt(time: number): number | undefined {
    const rank = this.#rankAt(time)
    return rank < 0 ? undefined : (this.#shown?.order[rank] ?? rank)
  }

  /** The last key sample that starts by `time`. */
  keyAt(time: number): number | undefined {
    if (!this.#keyRanks) return this.sampleAt(time)
    const rank = this.#keyRanks[runOf(this.#keyRanks, this.#rankAt(time))]
    return rank === undefined ? undefined : (this.#shown?.order[rank] ?? rank)
  }

  /** The first key sample behind `sample` in the file. */
  keyAfter(sample: number): number | undefined {
    if (this.#keys) return this.#keys[runOf(this.#keys, sample) + 1]
    return sample + 1 < this.count ? sample + 1 : undefined
  }

  /** Undefined where the tables name no chunk for it. */
  placeOf(sample: number): SamplePlace | undefined {
    const { firstChunks, firstSamples, perChunk, offsetOf, count } = this.#chunks
    const run = runOf(firstSamples, sample)
    const within = Math.floor((sample - firstSamples[run]) / perChunk[run])
    const chunk = firstChunks[run] + within
    if (!(chunk < count)) return undefined
    const first = firstSamples[run] + within * perChunk[run]
    if (this.#uniformSize > 0) {
      return { start: offsetOf(chunk) + (sample - first) * this.#uniformSize, size: this.#uniformSize }
    }
    if (this.#last.chunk !== chunk || this.#last.sample > sample) {
      this.#last = { chunk, sample: first, start: offsetOf(chunk) }
    }
    while (this.#last.sample < sample) this.#last.start += this.#sizeOf(this.#last.sample++)
    return { start: this.#last.start, size: this.#sizeOf(sample) }
  }

  #sizeOf(sample: number): number {
    return this.#sizes.getUint32(12 + 4 * sample)
  }

  /** How many samples start by `time`, less one. */
  #rankAt(time: number): number {
    if (this.#shown) return runOf(this.#shown.times, time)
    const { firstSamples, firstTimes, deltas } = this.#times
    const run = runOf(firstTimes, time)
    if (run < 0) return -1
    const end = (firstSamples[run + 1] ?? this.count) - 1
    const steps =
      deltas[run] > 0 ? Math.floor((time - firstTimes[run]) / deltas[run]) : Number.POSITIVE_INFINITY
    return Math.min(firstSamples[run] + steps, end, this.count - 1)
  }
}

/** Samples of one length each, in runs. */
interface Times {
  readonly count: number
  /** `[runs]`: the first sample of each. */
  readonly firstSamples: Float64Array
  readonly firstTimes: Float64Array
  readonly deltas: Float64Array
}

function readTimes(box: DataView | undefined): Times | undefined {
  if (!box || !holdsEntries(box, 8)) return undefined
  const runs = box.getUint32(4)
  const [firstSamples, firstTimes, deltas] = [0, 1, 2].map(() => new Float64Array(runs))
  let [count, time] = [0, 0]
  for (let run = 0; run < runs; run++) {
    firstSamples[run] = count
    firstTimes[run] = time
    deltas[run] = box.getUint32(12 + 8 * run)
    count += box.getUint32(8 + 8 * run)
    time += box.getUint32(8 + 8 * run) * deltas[run]
  }
  return { count, firstSamples, firstTimes, deltas }
}

function timeInFile({ firstSamples, firstTimes, deltas }: Times, sample: number): number {
  const run = runOf(firstSamples, sample)
  return firstTimes[run] + (sample - firstSamples[run]) * deltas[run]
}

/** The order of showing. */
interface Shown {
  /** `[count]`: when they are shown, ascending. */
  readonly times: Float64Array
  /** `[count]`: samples by time. */
  readonly order: Uint32Array
  /** `[count]`: where a sample stands in `order`. */
  readonly rank: Uint32Array
}

function shownOrder(inFile: Times, offsets: DataView, count: number): Shown {
  const times = new Float64Array(count)
  for (let run = 0; run < inFile.firstSamples.length; run++) {
    const end = Math.min(inFile.firstSamples[run + 1] ?? count, count)
    for (let sample = inFile.firstSamples[run]; sample < end; sample++) {
      times[sample] = inFile.firstTimes[run] + (sample - inFile.firstSamples[run]) * inFile.deltas[run]
    }
  }
  for (let run = 0, sample = 0; run < offsets.getUint32(4) && sample < count; run++) {
    const end = Math.min(sample + offsets.getUint32(8 + 8 * run), count)
    const offset = offsets.getInt32(12 + 8 * run)
    for (; sample < end; sample++) times[sample] += offset
  }
  const order = new Uint32Array(count)
  for (let sample = 0; sample < count; sample++) order[sample] = sample
  order.sort((a, b) => times[a] - times[b] || a - b)
  const rank = new Uint32Array(count)
  for (let place = 0; place < count; place++) rank[order[place]] = place
  return { times: times.sort(), order, rank }
}

/** Some files do not mark the first sample, though every decoder must start there. */
function keySamples(box: DataView, count: number): Uint32Array {
  const marked = box.getUint32(4)
  const keys = new Uint32Array(marked + 1)
  let kept = Math.min(1, count)
  for (let k = 0; k < marked; k++) {
    const sample = box.getUint32(8 + 4 * k) - 1
    if (sample > 0 && sample < count) keys[kept++] = sample
  }
  return keys.subarray(0, kept).sort()
}

/** Chunks of so many samples each, in runs. */
interface Chunks {
  readonly count: number
  /** `[runs]` */
  readonly firstChunks: Float64Array
  readonly firstSamples: Float64Array
  readonly perChunk: Float64Array
  offsetOf(chunk: number): number
}

function readChunks(boxes: IsoBoxes): Chunks | undefined {
  const [runsBox, short, long] = [boxes.get('stsc'), boxes.get('stco'), boxes.get('co64')]
  const offsets = short ?? long
  if (!runsBox || !holdsEntries(runsBox, 12) || !offsets || !holdsEntries(offsets, short ? 4 : 8))
    return undefined
  const runs = runsBox.getUint32(4)
  const [firstChunks, firstSamples, perChunk] = [0, 1, 2].map(() => new Float64Array(runs))
  for (let run = 0; run < runs; run++) {
    firstChunks[run] = runsBox.getUint32(8 + 12 * run) - 1
    perChunk[run] = runsBox.getUint32(12 + 12 * run)
    if (run === 0) continue
    const chunks = firstChunks[run] - firstChunks[run - 1]
    if (chunks <= 0) return undefined
    firstSamples[run] = firstSamples[run - 1] + chunks * perChunk[run - 1]
  }
  if (runs === 0 || perChunk.includes(0)) return undefined
  return {
    count: offsets.getUint32(4),
    firstChunks,
    firstSamples,
    perChunk,
    offsetOf: (chunk) =>
      short ? short.getUint32(8 + 4 * chunk) : Number(offsets.getBigUint64(8 + 8 * chunk)),
  }
}

/** Whether as many entries as the box states, behind version, flags and count, are there. */
function holdsEntries(box: DataView, entryBytes: number): boolean {
  return box.byteLength >= 8 && holds(box, 8, box.getUint32(4), entryBytes)
}

function holds(box: DataView, from: number, entries: number, entryBytes: number): boolean {
  return from + entries * entryBytes <= box.byteLength
}

/** The last place of ascending numbers that is not above `value`; -1 where all are. */
function runOf(ascending: Float64Array | Uint32Array, value: number): number {
  return countAtMost(ascending, value) - 1
}
