// WAV (RIFF and RF64) → samples: PCM of 8 to 32 bits, 32- and 64-bit float, A-law, µ-law, plain or EXTENSIBLE.
// Our own because what browsers' and packages' readers do with odd headers differs; compressed WAVs are left out.
// Source: RFC 2361, "Multiple Channel Audio Data and WAVE Files" (Microsoft 2007), ITU-T G.711, EBU Tech 3306 (RF64).

import { TongganError } from '../../spec/errors.ts'
import { type Sound, tooLong } from './sound.ts'

interface WavFormat {
  tag: number
  channels: number
  sampleRateHz: number
  bytesPerSample: number
}

/**
 * @throws TongganError `unreadable-item` for a header that contradicts itself or a file that is cut off,
 * `unsupported-format` for a coding that is not read, `too-large` beyond `longestSeconds`
 */
export function readWav(bytes: Uint8Array, longestSeconds: number): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let format: WavFormat | undefined
  let longSize: number | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4))
    const size = view.getUint32(at + 4, true)
    const body = at + 8
    if (name === 'fmt ') format = readFormat(view, body, size)
    if (name === 'ds64' && size >= 16 && body + 16 <= bytes.length)
      longSize = Number(view.getBigUint64(body + 8, true))
    if (name === 'data') {
      if (!format) throw unreadable('a fmt chunk before the data', 'none')
      return readData(view, body, dataSize(size, longSize, bytes.length - body), format, longestSeconds)
    }
    at = body + size + (size & 1)
  }
  throw unreadable('a WAV file with a data chunk', 'one that ends before it')
}

/** A recorder that could not go back to write the size leaves the largest number: then the data end with the file. */
function dataSize(size: number, longSize: number | undefined, left: number): number {
  const stated = size === 0xffffffff ? (longSize ?? left) : size >= 0x7ffff000 && size > left ? left : size
  if (stated > left) throw unreadable(`${stated} bytes of samples`, `${left}: the file is cut off`)
  return stated
}

function readFormat(view: DataView, at: number, size: number): WavFormat {
  if (size < 16 || at + size > view.byteLength) throw unreadable('a whole fmt chunk', 'one that is cut off')
  const tag = view.getUint16(at, true)
  const channels = view.getUint16(at + 2, true)
  const sampleRateHz = view.getUint32(at + 4, true)
  const bytesPerSample = view.getUint16(at + 12, true) / channels
  const format = {
    // EXTENSIBLE: the true tag is the start of the sub-format's GUID.
    tag: tag === 0xfffe && size >= 26 ? view.getUint16(at + 24, true) : tag,
    channels,
    sampleRateHz,
    bytesPerSample,
  }
  if (channels < 1 || channels > 64) throw unreadable('1 to 64 channels', String(channels))
  if (sampleRateHz < 1000 || sampleRateHz > 768_000) {
    throw unreadable('a sample rate of 1,000 to 768,000 Hz', `${sampleRateHz}`)
  }
  if (!sampleReader(format)) {
    const bits = view.getUint16(at + 14, true)
    throw new TongganError('unsupported-format', {
      operation: 'read WAV',
      expected: 'PCM of 8, 16, 24 or 32 bits, float of 32 or 64, A-law or µ-law',
      received: `format 0x${format.tag.toString(16).padStart(4, '0')} with ${bits} bits a sample`,
      remedy: 'convert it to 16-bit PCM',
    })
  }
  return format
}

function readData(
  view: DataView,
  at: number,
  size: number,
  { channels, sampleRateHz, ...coding }: WavFormat,
  longestSeconds: number,
): Sound {
  const { bytesPerSample } = coding
  const frameBytes = channels * bytesPerSample
  const frames = Math.floor(size / frameBytes)
  if (frames > longestSeconds * sampleRateHz) throw tooLong(frames / sampleRateHz, longestSeconds)
  const read = sampleReader(coding)!
  return {
    sampleRateHz,
    channels: Array.from({ length: channels }, (_, channel) => {
      const samples = new Float32Array(frames)
      let position = at + channel * bytesPerSample
      for (let k = 0; k < frames; k++, position += frameBytes) samples[k] = read(view, position)
      return samples
    }),
  }
}

/** How one sample is read, or undefined for a coding that is not. Whole numbers are brought to -1 … 1. */
function sampleReader({ tag, bytesPerSample }: Pick<WavFormat, 'tag' | 'bytesPerSample'>) {
  return sampleReaders[`${tag}/${bytesPerSample}`]
}

const sampleReaders: Readonly<Record<string, ((view: DataView, at: number) => number) | undefined>> = {
  '1/1': (view, at) => (view.getUint8(at) - 128) / 128,
  '1/2': (view, at) => view.getInt16(at, true) / 2 ** 15,
  '1/3': (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  '1/4': (view, at) => view.getInt32(at, true) / 2 ** 31,
  '3/4': (view, at) => view.getFloat32(at, true),
  '3/8': (view, at) => view.getFloat64(at, true),
  '6/1': (view, at) => expandALaw(view.getUint8(at)),
  '7/1': (view, at) => expandMuLaw(view.getUint8(at)),
}

/** G.711 A-law. */
function expandALaw(code: number): number {
  const inverted = code ^ 0x55
  const exponent = (inverted >> 4) & 7
  const mantissa = ((inverted & 15) << 4) + 8
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return (inverted & 0x80 ? magnitude : -magnitude) / 2 ** 15
}

/** G.711 µ-law. */
function expandMuLaw(code: number): number {
  const inverted = ~code & 0xff
  const magnitude = ((((inverted & 15) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84
  return (inverted & 0x80 ? -magnitude : magnitude) / 2 ** 15
}

function unreadable(expected: string, received: string): TongganError {
  return new TongganError('unreadable-item', { operation: 'read WAV', expected, received })
}
