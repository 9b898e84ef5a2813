// mediabunny makes an object of every sample that an MP4's tables tell of, half a million in a film of two hours. Here its
// tracks look packets up in the tables as they stand in the file instead. What it does itself stays with it: films in
// fragments, plain sound, tables of rarer kinds.

import {
  EncodedPacket,
  type EncodedPacketSink,
  type Input,
  type InputTrack,
  PCM_AUDIO_CODECS,
} from 'mediabunny'
import type { ItemFile } from '../../spec/encoder.ts'
import type { IsoBoxes, IsoTables } from './iso-tables.ts'
import { SampleTable } from './sample-table.ts'

/** What mediabunny 1.61 asks of what stands behind a track. */
const methods = ['getFirstPacket', 'getPacket', 'getNextPacket', 'getKeyPacket', 'getNextKeyPacket'] as const
type PacketSource = Pick<EncodedPacketSink, (typeof methods)[number]>

export async function lookUpInPlace(input: Input, tables: IsoTables, file: ItemFile): Promise<void> {
  if (tables.isFragmented) return
  const byId = new Map<number | undefined, IsoBoxes | 'twice'>()
  for (const boxes of tables.tracks) {
    const id = behindTimes(boxes.get('tkhd'))
    byId.set(id, byId.has(id) ? 'twice' : boxes)
  }
  for (const track of await input.getTracks()) {
    const backing = (track as unknown as { _backing?: PacketSource })._backing
    const boxes = byId.get(track.id)
    if (!backing || !boxes || boxes === 'twice' || isEncrypted(boxes) || (await isPlainSound(track))) continue
    const clock = await clockOf(track, boxes, tables.movie)
    if (!clock) continue
    answerFrom(backing, () => {
      const samples = SampleTable.of(boxes)
      return samples && packetsOf(samples, clock, file)
    })
  }
}

/** mediabunny makes one packet of each chunk of it. */
async function isPlainSound(track: InputTrack): Promise<boolean> {
  return (PCM_AUDIO_CODECS as readonly string[]).includes((await track.getCodec()) ?? '')
}

/** ISO/IEC 14496-12, 8.7.8 (saiz) and 8.12; what mediabunny says of such a film stays as it is. */
function isEncrypted(boxes: IsoBoxes): boolean {
  const description = boxes.get('stsd')
  const first = description && description.byteLength >= 16 ? description.getUint32(12) : 0
  return boxes.has('saiz') || boxes.has('saio') || first === 0x656e6376 || first === 0x656e6361 // encv, enca
}

/** Ticks of a track and seconds of its film: `seconds = (ticks - start) / perSecond`. */
interface Clock {
  readonly perSecond: number
  readonly start: number
}

/** Most tracks of a file are never asked, and one whose tables are none that we read answers as before. */
function answerFrom(backing: PacketSource, open: () => PacketSource | undefined): void {
  const plain = Object.fromEntries(methods.map((name) => [name, backing[name].bind(backing)]))
  let source: PacketSource | undefined
  const answers = methods.map((name) => [
    name,
    (asked: never, options: never) => {
      source ??= open() ?? (plain as unknown as PacketSource)
      return source[name](asked, options)
    },
  ])
  Object.assign(backing, Object.fromEntries(answers))
}

function packetsOf(samples: SampleTable, { perSecond, start }: Clock, file: ItemFile): PacketSource {
  const read = readAhead(file)
  const ticks = (seconds: number) => wholeIfNearly(seconds * perSecond) + start
  async function packet(sample: number | undefined, metadataOnly = false): Promise<EncodedPacket | null> {
    if (sample === undefined || sample >= samples.count) return null
    const place = samples.placeOf(sample)
    if (!place || (!metadataOnly && place.start + place.size > file.size)) return null
    return new EncodedPacket(
      metadataOnly ? nothing : await read(place.start, place.start + place.size),
      samples.isKey(sample) ? 'key' : 'delta',
      (samples.timeOf(sample) - start) / perSecond,
      samples.durationOf(sample) / perSecond,
      sample,
      place.size,
    )
  }
  return {
    getFirstPacket: (options) => packet(0, options?.metadataOnly),
    getPacket: (seconds, options) => packet(samples.sampleAt(ticks(seconds)), options?.metadataOnly),
    getNextPacket: ({ sequenceNumber }, options) => packet(sequenceNumber + 1, options?.metadataOnly),
    getKeyPacket: (seconds, options) => packet(samples.keyAt(ticks(seconds)), options?.metadataOnly),
    getNextKeyPacket: ({ sequenceNumber }, options) =>
      packet(samples.keyAfter(sequenceNumber), options?.metadataOnly),
  }
}

/** What a packet holds that was asked for without its data; mediabunny's own such packets also say that they are. */
const nothing = new Uint8Array(0)

/** Ticks that came from ticks by way of seconds are whole again. */
function wholeIfNearly(ticks: number): number {
  const whole = Math.round(ticks)
  return Math.abs(ticks - whole) <= 10 * Number.EPSILON * Math.abs(whole) ? whole : ticks
}

const aheadBytes = 2 ** 16

/** Packets follow each other closely, and each call of a file costs as much as some thousands of bytes. */
function readAhead(file: ItemFile): (start: number, end: number) => Promise<Uint8Array> {
  let from = 0
  let ahead: Uint8Array = nothing
  return async (start, end) => {
    if (start < from || end > from + ahead.length) {
      const bytes = await file.read(start, Math.min(file.size, Math.max(end, start + aheadBytes)))
      from = start
      ahead = bytes
      return bytes.subarray(0, end - start)
    }
    return ahead.subarray(start - from, end - from)
  }
}

/** The number behind the times of a header: the id of a track (8.3.2, tkhd), the time scale of a film (8.2.2, mvhd). */
function behindTimes(header: DataView | undefined): number | undefined {
  const at = header?.byteLength && header.getUint8(0) === 1 ? 20 : 12
  return header && header.byteLength >= at + 4 ? header.getUint32(at) : undefined
}

/** ISO/IEC 14496-12, 8.6.6 (elst): of an edit list, the first stretch that shows something. */
async function clockOf(track: InputTrack, boxes: IsoBoxes, movie: IsoBoxes): Promise<Clock | undefined> {
  const perSecond = await track.getTimeResolution()
  const edits = boxes.get('elst')
  if (!edits || edits.byteLength < 8) return { perSecond, start: 0 }
  const isLong = edits.getUint8(0) === 1
  const entryBytes = isLong ? 20 : 12
  const moviePerSecond = behindTimes(movie.get('mvhd'))
  if (moviePerSecond === undefined) return undefined
  let waited = 0
  const end = Math.min(edits.byteLength, 8 + edits.getUint32(4) * entryBytes)
  for (let entry = 8; entry + entryBytes <= end; entry += entryBytes) {
    const length = isLong ? Number(edits.getBigUint64(entry)) : edits.getUint32(entry)
    const begins = isLong ? Number(edits.getBigInt64(entry + 8)) : edits.getInt32(entry + 4)
    if (begins !== -1) {
      const isPlain = edits.getUint32(entry + entryBytes - 4) === 0x10000
      return isPlain
        ? { perSecond, start: begins - Math.round((waited / moviePerSecond) * perSecond) }
        : undefined
    }
    waited += length
  }
  return { perSecond, start: 0 }
}
