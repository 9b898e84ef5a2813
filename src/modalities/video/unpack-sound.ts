// Sound in a codec that the audio encoder's own decoders know: its packets are put into a file of their own, without
// being touched, and read as any sound file is. Those decoders are the same in Node and in the browser, where
// ffmpeg's and the browser's differ by what they skip and how they fill.

import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  FlacOutputFormat,
  type InputAudioTrack,
  Mp3OutputFormat,
  OggOutputFormat,
  Output,
} from 'mediabunny'
import type { Stretch } from '../../platform/movie.ts'
import { readCompressed } from '../audio/read-compressed.ts'
import type { CompressedFormat } from '../audio/sound.ts'

const containers = {
  opus: { format: 'Ogg', make: () => new OggOutputFormat() },
  vorbis: { format: 'Ogg', make: () => new OggOutputFormat() },
  flac: { format: 'FLAC', make: () => new FlacOutputFormat() },
  mp3: { format: 'MP3', make: () => new Mp3OutputFormat() },
} as const satisfies Record<string, { format: CompressedFormat; make: () => unknown }>

/** Mixed to one channel. */
export interface UnpackedSound {
  readonly sampleRateHz: number
  readonly samples: Float32Array
}

/**
 * The sound of each stretch, from the packet that it starts in to the one that it ends in; undefined for other codecs.
 * @throws TongganError `unreadable-item`
 */
export async function unpackStretches(
  track: InputAudioTrack,
  stretches: readonly Stretch[],
): Promise<UnpackedSound[] | undefined> {
  const codec = await track.getCodec()
  const container = codec && codec in containers ? containers[codec as keyof typeof containers] : undefined
  const decoderConfig = await track.getDecoderConfig()
  if (!codec || !container || !decoderConfig) return undefined
  const sink = new EncodedPacketSink(track)
  const sounds: UnpackedSound[] = []
  for (const { from, to } of stretches) {
    const first = (await sink.getPacket(from)) ?? (await sink.getFirstPacket())
    if (!first || first.timestamp >= to) continue
    const output = new Output({ format: container.make(), target: new BufferTarget() })
    const source = new EncodedAudioPacketSource(codec)
    output.addAudioTrack(source)
    await output.start()
    for await (const packet of sink.packets(first)) {
      if (packet.timestamp >= to) break
      await source.add(packet.clone({ timestamp: packet.timestamp - first.timestamp }), { decoderConfig })
    }
    await output.finalize()
    const bytes = new Uint8Array(output.target.buffer ?? new ArrayBuffer(0))
    const { sampleRateHz, channels } = await readCompressed(bytes, container.format, to - from + 10)
    sounds.push({ sampleRateHz, samples: mixed(channels) })
  }
  return sounds
}

function mixed(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0]
  return channels[0].map((_, k) => channels.reduce((sum, channel) => sum + channel[k], 0) / channels.length)
}
