// MP3, FLAC and Ogg (Vorbis, Opus, FLAC) → samples, by the same WebAssembly builds of the reference decoders in Node
// and in the browser, so that the samples agree; a browser's own decoder would resample and trim as it likes. Frames are
// counted before anything is decoded, so that a small file cannot unpack into hours.
//
// Licences: the packages are MIT; inside are libmpg123 (LGPL-2.1), libFLAC, libvorbis and libopus (BSD), and their
// frame parser codec-parser (LGPL-3.0). All are loaded as packages of their own and can be replaced.

import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis'
import CodecParser, { type CodecFrame, type OggPage, type OpusHeader } from 'codec-parser'
import { MPEGDecoder } from 'mpg123-decoder'
import { OpusDecoder } from 'opus-decoder'
import { asTongganError, TongganError } from '../../spec/errors.ts'
import { type CompressedFormat, type Sound, tooLong } from './sound.ts'

/** What the parser finds before anything is decoded. */
interface Parsed {
  readonly codec: string
  readonly pages: readonly OggPage[]
  readonly frames: readonly CodecFrame[]
}

/** What every decoder gives. */
interface Decoded {
  readonly sampleRate: number
  readonly channelData: Float32Array[]
  readonly errors: readonly { readonly message: string }[]
}

/**
 * @throws TongganError `unreadable-item` for a file that is damaged or cut off, `unsupported-format` for another codec
 * within Ogg, `too-large` beyond `longestSeconds`
 */
export async function readCompressed(
  bytes: Uint8Array,
  format: CompressedFormat,
  longestSeconds: number,
): Promise<Sound> {
  try {
    const parsed = parse(bytes, format)
    requireWhole(bytes, format, parsed)
    const seconds = parsed.frames.reduce((sum, { duration }) => sum + duration, 0) / 1000
    if (seconds > longestSeconds) throw tooLong(seconds, longestSeconds)
    const { sampleRate, channelData, errors } = await decoders[parsed.codec](bytes, parsed)
    if (errors.length > 0) throw damaged(errors[0].message.replaceAll(/\s+/g, ' '))
    return { sampleRateHz: sampleRate, channels: channelData }
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', {
      operation: `read ${format}`,
      expected: 'an undamaged file',
    })
  }
}

function parse(bytes: Uint8Array, format: CompressedFormat): Parsed {
  const mimeType = ({ MP3: 'audio/mpeg', FLAC: 'audio/flac', Ogg: 'audio/ogg' } as const)[format]
  let codec = ''
  const parser = new CodecParser<CodecFrame | OggPage>(mimeType, {
    enableFrameCRC32: false,
    onCodec: (name) => {
      codec = name
    },
  })
  const pages = parser.parseAll(bytes)
  if (format === 'Ogg' && !(codec in decoders)) {
    throw new TongganError('unsupported-format', {
      operation: 'read Ogg',
      expected: 'Vorbis, Opus or FLAC inside',
      received: codec || 'another codec',
      remedy: 'convert it to WAV, FLAC or Ogg Vorbis',
    })
  }
  const frames = pages.flatMap((page) => ('codecFrames' in page ? page.codecFrames : [page]))
  if (frames.length === 0) throw damaged('no frames of sound')
  return { codec, frames, pages: pages.filter((page) => 'codecFrames' in page) }
}

/** Each starts anew for a file: decoders keep state from one frame to the next. */
const decoders: Readonly<Record<string, (bytes: Uint8Array, parsed: Parsed) => Promise<Decoded>>> = {
  mpeg: (bytes) => using(new MPEGDecoder(), (decoder) => decoder.decode(bytes)),
  flac: (_, { frames }) =>
    using(new FLACDecoder(), (decoder) => decoder.decodeFrames(frames.map(({ data }) => data))),
  vorbis: (_, { pages }) => using(new OggVorbisDecoder(), (decoder) => decoder.decodeOggPages([...pages])),
  opus: async (_, { frames, pages }) => {
    // The header's gain is left out, since loudness is normalised later.
    const { channels, streamCount, coupledStreamCount, channelMappingTable, preSkip } = frames[0]
      .header as OpusHeader
    const options = { channels, streamCount, coupledStreamCount, channelMappingTable, preSkip }
    const decoded = await using(new OpusDecoder(options), (decoder) =>
      decoder.decodeFrames(frames.map(({ data }) => data)),
    )
    // The last page's position says how much of the last packet is padding (RFC 7845 §4.4).
    const end = Number(pages.at(-1)!.absoluteGranulePosition) - preSkip
    const padding = decoded.samplesDecoded - end
    const kept = padding > 0 && padding < longestOpusPacket ? end : decoded.samplesDecoded
    return { ...decoded, channelData: decoded.channelData.map((samples) => samples.subarray(0, kept)) }
  },
}

/** 120 ms at 48 kHz. */
const longestOpusPacket = 5760

async function using<D extends { ready: Promise<void>; free: () => void }, R>(
  decoder: D,
  decode: (decoder: D) => R | Promise<R>,
): Promise<R> {
  await decoder.ready
  try {
    return await decode(decoder)
  } finally {
    decoder.free()
  }
}

/** Compares what the file says it holds with what is there; decoders themselves pass over a missing end in silence. */
function requireWhole(bytes: Uint8Array, format: CompressedFormat, { frames }: Parsed): void {
  if (format === 'Ogg') requireWholePages(bytes)
  else {
    const [unit, stated, found] =
      format === 'FLAC'
        ? ['samples', statedFlacSamples(bytes), frames.reduce((sum, { samples }) => sum + samples, 0)]
        : ['frames', statedMpegFrames(frames[0].data), frames.length]
    if (found < stated) throw damaged(`${found} of ${stated} ${unit}: the file is cut off`)
  }
}

/** Ogg pages follow each other to the end of the file (RFC 3533 §6). */
function requireWholePages(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const segments = bytes.subarray(at + 27, at + 27 + bytes[at + 26])
    const end = at + 27 + bytes[at + 26] + segments.reduce((sum, size) => sum + size, 0)
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) !== 'OggS')
      throw damaged(`no Ogg page at byte ${at}`)
    if (!(end <= bytes.length)) throw damaged('a page that ends beyond the file: the file is cut off')
    at = end
  }
}

/** Total samples of STREAMINFO, 36 bits (RFC 9639 §8.2); 0 where unknown. */
function statedFlacSamples(bytes: Uint8Array): number {
  if (bytes.length < 26 || (bytes[4] & 0x7f) !== 0) return 0
  return (bytes[21] & 15) * 2 ** 32 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(22)
}

/** The frames that an encoder's Xing or Info header counts; 0 where it is absent. */
function statedMpegFrames(firstFrame: Uint8Array): number {
  const start = String.fromCharCode(...firstFrame.subarray(0, 48))
  const at = Math.max(start.indexOf('Xing'), start.indexOf('Info'))
  if (at < 0 || firstFrame.length < at + 12 || (firstFrame[at + 7] & 1) === 0) return 0
  return new DataView(firstFrame.buffer, firstFrame.byteOffset).getUint32(at + 8)
}

function damaged(received: string): TongganError {
  return new TongganError('unreadable-item', {
    operation: 'read sound',
    expected: 'an undamaged file',
    received,
  })
}
