import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BufferSource,
  BufferTarget,
  Conversion,
  type EncodedPacket,
  EncodedPacketSink,
  Input,
  type InputTrack,
  MP4,
  Mp4OutputFormat,
  Output,
  QTFF,
} from 'mediabunny'
import { expect, test } from 'vitest'
import type { ItemFile } from '../../spec/encoder.ts'
import { lookUpInPlace } from './iso-packets.ts'
import { readIsoTables } from './iso-tables.ts'
import { fileOfItem } from './read-video.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const isoFixtures = readdirSync(fixtures).filter((name) => /\.(mp4|mov)$/.test(name))
const open = (bytes: Uint8Array) => new Input({ source: new BufferSource(bytes), formats: [MP4, QTFF] })

/** A file that counts its reads. */
function counted(bytes: Uint8Array): ItemFile & { reads: number } {
  const file = fileOfItem({ kind: 'file', bytes, name: 'film.mp4' })
  const counting = { ...file, reads: 0 }
  counting.read = (start, end) => {
    counting.reads++
    return file.read(start, end)
  }
  return counting
}

async function everyAnswer(track: InputTrack) {
  const sink = new EncodedPacketSink(track)
  const from = await track.getFirstTimestamp()
  const to = await track.computeDuration()
  const seen: unknown[] = [from, to, await track.getDurationFromMetadata()]
  const tell = (packet: EncodedPacket | null) =>
    packet && {
      ...{ type: packet.type, size: packet.byteLength, data: Buffer.from(packet.data).toString('base64') },
      ...{ timestamp: packet.timestamp, duration: packet.duration },
    }
  for await (const packet of sink.packets()) seen.push(tell(packet))
  for (let seconds = from - 0.1; seconds < to + 0.1; seconds += 0.013) {
    const key = await sink.getKeyPacket(seconds)
    seen.push(tell(await sink.getPacket(seconds)), tell(key), tell(key && (await sink.getNextKeyPacket(key))))
  }
  return seen
}

const fixture = (name: string) => new Uint8Array(readFileSync(join(fixtures, name)))
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

/** With bytes of the first box of that type changed, counted from its type. */
function patched(bytes: Uint8Array, type: string, changes: Record<number, number>): Uint8Array {
  const at = latin1(bytes).indexOf(type)
  for (const [offset, value] of Object.entries(changes)) bytes[at + Number(offset)] = value
  return bytes
}

const films: [string, () => Promise<Uint8Array> | Uint8Array][] = [
  ...isoFixtures.map((name): [string, () => Uint8Array] => [name, () => fixture(name)]),
  ['an edit list of no edits', () => patched(fixture('disc-h264-aac.mp4'), 'elst', { 11: 0 })],
  [
    'sound in µ-law',
    () => patched(fixture('disc-h264-pcm.mov'), 'raw ', { 0: 0x75, 1: 0x6c, 2: 0x61, 3: 0x77 }),
  ],
  ['tables before packets', () => tablesFirst('disc-h264-aac.mp4')],
  ['the last byte missing', async () => (await tablesFirst('disc-h264-aac.mp4')).slice(0, -1)],
  ['its second half missing', async () => (await tablesFirst('disc-h264-aac.mp4')).slice(0, -4000)],
]

async function tablesFirst(name: string): Promise<Uint8Array> {
  const target = new BufferTarget()
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target })
  const conversion = await Conversion.init({ input: open(fixture(name)), output })
  await conversion.execute()
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0))
}

test.each(films)('packets are found in place as mediabunny finds them: %s', async (_, make) => {
  const bytes = await make()
  const [plain, inPlace] = [open(bytes), open(bytes)]
  const file = counted(bytes)
  await lookUpInPlace(inPlace, await readIsoTables(file), file)
  const tracks = await inPlace.getTracks()
  const before = file.reads
  for (const [k, track] of (await plain.getTracks()).entries()) {
    expect(await everyAnswer(tracks[k])).toEqual(await everyAnswer(track))
  }
  expect(file.reads, 'nothing was looked up in place').toBeGreaterThan(before)
})
