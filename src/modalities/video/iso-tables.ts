// The tables of an MP4 or MOV, found and looked at before anyone unrolls them. Most of them are as long as what they
// list, but some count in runs: twelve bytes may speak of four billion frames, and a reader that believes them never
// comes back. No file has more samples than bytes, nor does any camera write films of more than some millions of frames.
// Source: ISO/IEC 14496-12, 8.6.1.2 (stts), 8.6.1.3 (ctts), 8.7.4 (stsc), 8.8.8 (trun).

import type { ItemFile } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { damagedVideo } from './video.ts'

/** Tables of four hours at 60 frames a second take some 20 MB. */
const maxTableBytes = 2 ** 27
const maxBoxes = 200_000
/** Whoever chooses among tracks compares each with each. */
const maxTracks = 256
/** Frames in a track whose frames are reordered or in a fragment: 19 hours at 240 a second. */
export const maxFrames = 2 ** 24
/** Samples of a track without that, which may be those of plain sound: six hours at 48 kHz. */
const maxSamples = 2 ** 30

/** What a box holds by its type of four letters: behind its head, where version and flags stand, up to its end. */
export type IsoBoxes = ReadonlyMap<string, DataView>

/** The tables of a whole film. */
export interface IsoTables {
  /** Of the film: `mvhd` among others. */
  readonly movie: IsoBoxes
  /** Of each track, in the order of the file; none where it is fragmented. */
  readonly tracks: readonly IsoBoxes[]
  /** Whether more samples may be told of elsewhere in the file. */
  readonly isFragmented: boolean
}

type Found = {
  movie: Map<string, DataView>
  tracks: Map<string, DataView>[]
  isFragmented: boolean
}

const containers = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'moof', 'traf', 'mvex', 'edts', 'udta'])

/** @throws TongganError `unreadable-item` or `too-large` where a table speaks of more than there can be */
export async function readIsoTables(file: ItemFile): Promise<IsoTables> {
  const found: Found = { movie: new Map(), tracks: [], isFragmented: false }
  let boxes = 0
  for (let at = 0; at + 8 <= file.size; ) {
    if (++boxes > maxBoxes) throw tooMany(`more than ${maxBoxes} boxes`)
    const head = await file.read(at, Math.min(at + 16, file.size))
    const { type, size, headBytes } = boxAt(
      new DataView(head.buffer, head.byteOffset, head.length),
      0,
      file.size - at,
    )
    if (size < headBytes) break // whoever reads on says what is wrong
    if (type === 'moov' || type === 'moof') {
      const end = Math.min(at + size, file.size)
      if (end - at > maxTableBytes) throw tooMany(`tables of ${end - at} bytes`)
      const bytes = await file.read(at + headBytes, end)
      if (type === 'moof' || found.movie.size > 0) found.isFragmented = true
      if (found.isFragmented) found.tracks = []
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      walk(view, 0, bytes.length, { file, found, boxes: found.movie })
    }
    at += size
  }
  return found
}

/** @param available bytes up to the end of what holds the box; a size of 0 means all of them */
function boxAt(view: DataView, at: number, available: number) {
  const stated = view.getUint32(at)
  const type = String.fromCharCode(...[4, 5, 6, 7].map((k) => view.getUint8(at + k)))
  if (stated === 1 && at + 16 <= view.byteLength) {
    return { type, size: Number(view.getBigUint64(at + 8)), headBytes: 16 }
  }
  return { type, size: stated === 0 ? available : stated, headBytes: 8 }
}

/** @param into what is found, and the boxes of the track or film that the walk is in */
function walk(
  view: DataView,
  from: number,
  to: number,
  into: { file: ItemFile; found: Found; boxes: Map<string, DataView> },
): void {
  const { file, found } = into
  const runs = { stts: 0, ctts: 0, stsc: 0, trun: 0 }
  for (let at = from; at + 8 <= to; ) {
    const { type, size, headBytes } = boxAt(view, at, to - at)
    if (size < headBytes) break
    const start = at + headBytes
    const end = Math.min(at + size, to)
    if (type === 'mvex') found.isFragmented = true
    if (containers.has(type)) {
      const boxes = type === 'trak' ? new Map<string, DataView>() : into.boxes
      if (type === 'trak' && found.tracks.push(boxes) > maxTracks)
        throw tooMany(`more than ${maxTracks} tracks`)
      walk(view, start, end, { ...into, boxes })
    } else if (end >= start) {
      into.boxes.set(type, new DataView(view.buffer, view.byteOffset + start, end - start))
    }
    if (type in runs) {
      const kind = type as keyof typeof runs
      runs[kind] = Math.max(runs[kind], countOf(kind, view, start, end))
    }
    at = Math.max(end, start)
  }
  const most = Math.min(file.size, runs.ctts > 0 ? maxFrames : maxSamples)
  for (const count of [runs.stts, runs.ctts, runs.stsc]) if (count > most) throw dishonest(count, file.size)
  if (runs.trun > Math.min(file.size, maxFrames)) throw dishonest(runs.trun, file.size)
}

/** Samples that a box of runs speaks of; `from` is behind its head, where version and flags stand. */
function countOf(kind: 'stts' | 'ctts' | 'stsc' | 'trun', view: DataView, from: number, to: number): number {
  if (from + 8 > to) return 0
  if (kind === 'trun') return view.getUint32(from + 4)
  const entryBytes = kind === 'stsc' ? 12 : 8
  const countStart = kind === 'stsc' ? 4 : 0
  let sum = 0
  let largest = 0
  for (let at = from + 8; at + entryBytes <= to; at += entryBytes) {
    const count = view.getUint32(at + countStart)
    sum += count
    largest = Math.max(largest, count)
  }
  return kind === 'stsc' ? largest : sum
}

function dishonest(count: number, fileBytes: number): TongganError {
  if (count > fileBytes) return damagedVideo(`tables of ${count} frames in ${fileBytes} bytes`)
  return tooMany(`${count} frames`)
}

function tooMany(received: string): TongganError {
  return new TongganError('too-large', {
    operation: 'read video',
    expected: `tables of at most ${maxFrames} frames`,
    received,
    remedy: 'cut it into parts, one row each',
  })
}
