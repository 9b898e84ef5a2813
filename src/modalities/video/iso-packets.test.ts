import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BufferSource,
  type EncodedPacket,
  EncodedPacketSink,
  Input,
  type InputTrack,
  MP4,
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

test.each(isoFixtures)('packets are found in place as mediabunny finds them: %s', async (name) => {
  const bytes = new Uint8Array(readFileSync(join(fixtures, name)))
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
