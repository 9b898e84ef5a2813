// The host's ffmpeg as a decoder of what a file's own tables name: it is given only the packets that the wanted frames
// need, from the key frame before each to itself. They travel as a Matroska stream whose clock runs sixteen times
// slower, since its unit, a millisecond, would be too coarse to name a frame by.

import type { EncodedPacket, EncodedPacketSink, InputAudioTrack, InputVideoTrack, Output } from 'mediabunny'
import { TongganError } from '../spec/errors.ts'
import { runFfmpeg } from './ffmpeg.node.ts'
import type { DecodeMovieOptions, PlanarFrame, Stretch } from './movie.ts'
import { readYuv4Mpeg } from './read-yuv4mpeg.ts'

const slowness = 16
const patienceSeconds = 120

/** What `decodeFrames` of the port says. */
export async function* decodeFramesByFfmpeg(
  track: InputVideoTrack,
  times: readonly number[],
  { maxPixels }: DecodeMovieOptions,
): AsyncGenerator<PlanarFrame> {
  const { EncodedPacketSink, EncodedVideoPacketSource } = await import('mediabunny')
  const codec = await track.getCodec()
  const decoderConfig = await track.getDecoderConfig()
  if (!codec || !decoderConfig) throw unknownCodec(await track.getCodecParameterString())
  const firstTime = await track.getFirstTimestamp()
  const tick = (time: number) => Math.round((time - Math.min(0, firstTime)) * 1000 * slowness)
  const wanted = times.map((time) => `eq(pts,${tick(time)})`).join('+')
  const bytes = runFfmpeg({
    inputOptions: ['-copyts', '-max_pixels', String(maxPixels)],
    outputOptions: [
      ...['-map', '0:v:0', '-vf', `select='${wanted}',format=yuv420p|yuvj420p`, '-fps_mode', 'passthrough'],
      ...['-f', 'yuv4mpegpipe'],
    ],
    patienceSeconds,
    feed: async (write) => {
      const source = new EncodedVideoPacketSource(codec)
      const stream = await openMatroska(write, (output) => output.addVideoTrack(source))
      for await (const packet of packetsUpTo(new EncodedPacketSink(track), times)) {
        await source.add(slowed(packet, tick), { decoderConfig })
      }
      await stream.finalize()
    },
  })
  let count = 0
  for await (const frame of readYuv4Mpeg(bytes, maxPixels)) {
    if (count === times.length) break
    yield frame
    count++
  }
  if (count < times.length) throw missingFrames(count, times.length)
}

/** One stretch of what `decodeStretches` of the port says. */
export async function decodeStretchByFfmpeg(
  track: InputAudioTrack,
  { from, to }: Stretch,
): Promise<Float32Array> {
  const { EncodedPacketSink, EncodedAudioPacketSource } = await import('mediabunny')
  const codec = await track.getCodec()
  const decoderConfig = await track.getDecoderConfig()
  if (!codec || !decoderConfig) throw unknownCodec(await track.getCodecParameterString())
  const channels = await track.getNumberOfChannels()
  const rateHz = await track.getSampleRate()
  const sink = new EncodedPacketSink(track)
  const first = (await sink.getPacket(from)) ?? (await sink.getFirstPacket())
  const length = Math.round((to - from) * rateHz)
  const mixed = new Float32Array(length)
  if (!first || first.timestamp >= to) return mixed.subarray(0, 0)
  const bytes = runFfmpeg({
    outputOptions: ['-map', '0:a:0', '-f', 'f32le', '-ac', String(channels), '-ar', String(rateHz)],
    patienceSeconds,
    feed: async (write) => {
      const source = new EncodedAudioPacketSource(codec)
      const stream = await openMatroska(write, (output) => output.addAudioTrack(source))
      for await (const packet of sink.packets(first)) {
        if (packet.timestamp >= to) break
        await source.add(packet.clone({ timestamp: packet.timestamp - first.timestamp }), { decoderConfig })
      }
      await stream.finalize()
    },
  })
  const skipped = Math.max(0, Math.round((from - first.timestamp) * rateHz))
  let at = -skipped
  for await (const piece of inWholeSamples(bytes, 4 * channels)) {
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength)
    for (let byte = 0; byte < piece.length; byte += 4 * channels, at++) {
      if (at < 0) continue
      if (at >= length) break
      let sum = 0
      for (let channel = 0; channel < channels; channel++) sum += view.getFloat32(byte + 4 * channel, true)
      mixed[at] = sum / channels
    }
  }
  return mixed.subarray(0, Math.max(0, Math.min(at, length)))
}

/** In decode order, what it takes to decode the frames at `times`, and no packet twice. */
async function* packetsUpTo(
  sink: EncodedPacketSink,
  times: readonly number[],
): AsyncGenerator<EncodedPacket> {
  let sent: EncodedPacket | undefined
  let keyTime = 0
  for (const time of times) {
    const wanted = await sink.getPacket(time, { metadataOnly: true })
    const key = await sink.getKeyPacket(time)
    if (!wanted || !key) throw missingFrames(0, times.length)
    let next: EncodedPacket | null = key
    if (sent && key.sequenceNumber <= sent.sequenceNumber) next = await sink.getNextPacket(sent)
    else keyTime = key.timestamp
    for (
      ;
      next && (sent?.sequenceNumber ?? -1) < wanted.sequenceNumber;
      next = await sink.getNextPacket(sent)
    ) {
      sent = next
      // What is shown before the key frame needs frames from before it.
      if (next.timestamp >= keyTime) yield next
    }
  }
}

function slowed(packet: EncodedPacket, tick: (time: number) => number): EncodedPacket {
  const timestamp = tick(packet.timestamp) / 1000
  return packet.clone({ timestamp, duration: packet.duration * slowness })
}

/** A Matroska stream that goes to `write` as it grows. */
async function openMatroska(
  write: (bytes: Uint8Array) => Promise<void>,
  addTrack: (output: Output) => void,
): Promise<{ finalize(): Promise<void> }> {
  const { AppendOnlyStreamTarget, MkvOutputFormat, Output } = await import('mediabunny')
  const target = new AppendOnlyStreamTarget(new WritableStream<Uint8Array>({ write }))
  const output = new Output({ format: new MkvOutputFormat({ appendOnly: true }), target })
  addTrack(output)
  await output.start()
  return output
}

/** The same bytes in pieces of whole multiples of `unit`; what is left at the end is dropped. */
async function* inWholeSamples(stream: AsyncIterable<Uint8Array>, unit: number): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0)
  for await (const piece of stream) {
    const joined = new Uint8Array(rest.length + piece.length)
    joined.set(rest)
    joined.set(piece, rest.length)
    const whole = joined.length - (joined.length % unit)
    yield joined.subarray(0, whole)
    rest = joined.slice(whole)
  }
}

function unknownCodec(received: string | null): TongganError {
  return new TongganError('unsupported-format', {
    operation: 'decode video',
    expected: 'a codec that is known',
    received: received ?? 'another one',
    remedy: 'convert it, e.g. to H.264 in MP4 or VP9 in WebM',
  })
}

function missingFrames(count: number, expected: number): TongganError {
  return new TongganError('unreadable-item', {
    operation: 'decode video',
    expected: `${expected} frames`,
    received: `${count} that could be decoded`,
    remedy: 'get the file again from where it came from',
  })
}
