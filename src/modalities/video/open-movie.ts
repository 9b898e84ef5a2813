// An MP4, MOV, WebM or Matroska file by its own tables, read by parts: the same plain code on every platform (mediabunny)
// says what tracks there are, how long they last and whether their end is there, before anything is decoded.

import {
  CustomSource,
  Input,
  type InputVideoTrack,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
} from 'mediabunny'
import type { ItemFile } from '../../spec/encoder.ts'
import { asTongganError } from '../../spec/errors.ts'
import { lookUpInPlace } from './iso-packets.ts'
import { readIsoTables } from './iso-tables.ts'
import { damagedVideo } from './video.ts'
import { kindBytes, videoKind } from './video-kind.ts'

/** Runs `use` on the opened file. @throws TongganError `unreadable-item` for whatever goes wrong within */
export async function withMovie<Result>(
  file: ItemFile,
  use: (input: Input) => Promise<Result>,
): Promise<Result> {
  Logging.level = LogLevel.Silent // what is wrong with a file is said by errors, not on the console
  const source = new CustomSource({
    getSize: () => file.size,
    read: (start, end) => file.read(start, end),
    maxCacheSize: 2 ** 22,
    prefetchProfile: 'fileSystem',
    handleUnhandledError: () => {}, // whoever reads those bytes next meets the error
  })
  endCircles(source)
  const isIso = videoKind(await file.read(0, Math.min(file.size, kindBytes)), file.name) === 'mp4'
  const tables = isIso ? await readIsoTables(file) : undefined
  const input = new Input({ source, formats: [MP4, QTFF, WEBM, MATROSKA] })
  try {
    if (!(await input.canRead())) throw damagedVideo('no tables that say what is in it')
    if (tables) await lookUpInPlace(input, tables, file)
    return await use(input)
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', { operation: 'read video', expected: 'a whole video' })
  } finally {
    input.dispose()
  }
}

/**
 * mediabunny 1.61 looks for the next known element of a damaged WebM without getting past where it is, and without letting
 * any timer run. Nothing that leads anywhere reads only what it has read for so long.
 */
function endCircles(source: CustomSource): void {
  const inner = source as unknown as { _read(start: number, end: number, ...rest: number[]): unknown }
  const read = inner._read.bind(source)
  const seen = new Set<string>()
  let repeats = 0
  inner._read = (start, end, ...rest) => {
    const part = `${start} ${end}`
    repeats = seen.has(part) ? repeats + 1 : 0
    if (repeats > mostRepeats) throw damagedVideo('tables that lead round in a circle')
    if (seen.size >= mostRepeats) seen.clear()
    seen.add(part)
    return read(start, end, ...rest)
  }
}

/** Reads in a row of what was read before; also how many different ones are remembered. */
const mostRepeats = 10_000

/** From the start of the first frame to the end of the last, in seconds. */
export interface TimeSpanOfTrack {
  readonly from: number
  readonly to: number
}

/**
 * When the track plays.
 * @throws TongganError `unreadable-item` where there are no frames, or less of them than the file says
 */
export async function timeSpan(track: InputVideoTrack): Promise<TimeSpanOfTrack> {
  const from = await track.getFirstTimestamp()
  const to = await track.computeDuration()
  if (!(Number.isFinite(from) && Number.isFinite(to) && to >= from)) throw damagedVideo('no frames')
  const stated = await track.getDurationFromMetadata()
  const missing = stated === null ? 0 : stated - to
  if (missing > Math.max(1, 0.05 * (stated ?? 0))) {
    throw damagedVideo(`${to.toFixed(1)} of ${stated?.toFixed(1)} s: the file is cut off`)
  }
  return { from, to }
}
