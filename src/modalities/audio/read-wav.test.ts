import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TongganError } from '../../spec/errors.ts'
import { readWav } from './read-wav.ts'

interface Header {
  tag?: number
  channels?: number
  sampleRateHz?: number
  bits?: number
  /** What the data chunk says it holds; default: what it holds. */
  statedBytes?: number
  riff?: string
  /** Chunks between the header and the data. */
  before?: number[]
  extensible?: boolean
}

/** A WAV file around the bytes of its samples. */
function wav(data: readonly number[], header: Header = {}): Uint8Array {
  const { tag = 1, channels = 1, sampleRateHz = 8000, bits = 16, statedBytes = data.length } = header
  const block = (channels * bits) / 8
  const little = (value: number, bytes: number) =>
    Array.from({ length: bytes }, (_, k) => Math.floor(value / 256 ** k) % 256)
  const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0))
  const guid = [...little(tag, 2), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
  const format = [
    ...little(header.extensible ? 0xfffe : tag, 2),
    ...little(channels, 2),
    ...little(sampleRateHz, 4),
    ...little(sampleRateHz * block, 4),
    ...little(block, 2),
    ...little(bits, 2),
    ...(header.extensible ? [...little(22, 2), ...little(bits, 2), ...little(0, 4), ...guid] : []),
  ]
  return Uint8Array.from([
    ...ascii(header.riff ?? 'RIFF'),
    ...little(0, 4),
    ...ascii('WAVE'),
    ...(header.before ?? []),
    ...ascii('fmt '),
    ...little(format.length, 4),
    ...format,
    ...ascii('data'),
    ...little(statedBytes, 4),
    ...data,
  ])
}

const bytesOf = (numbers: ArrayBufferView) => [...new Uint8Array(numbers.buffer)]
const read = (bytes: Uint8Array) => readWav(bytes, 600)

test.each([
  ['8 bits', 1, 8, [0, 128, 255], [-1, 0, 127 / 128]],
  ['16 bits', 1, 16, bytesOf(Int16Array.of(-32768, 0, 16384)), [-1, 0, 0.5]],
  ['24 bits', 1, 24, [0, 0, 0x80, 0, 0, 0, 0, 0, 0x40], [-1, 0, 0.5]],
  ['32 bits', 1, 32, bytesOf(Int32Array.of(-(2 ** 31), 0, 2 ** 30)), [-1, 0, 0.5]],
  ['float', 3, 32, bytesOf(Float32Array.of(-1.5, 0, 0.25)), [-1.5, 0, 0.25]],
  ['double', 3, 64, bytesOf(Float64Array.of(-1.5, 0, 0.25)), [-1.5, 0, 0.25]],
  // ITU-T G.711 tables 1a and 2a: largest negative, smallest, largest positive.
  ['A-law', 6, 8, [0x2a, 0xd5, 0xaa], [-32256 / 32768, 8 / 32768, 32256 / 32768]],
  ['µ-law', 7, 8, [0x00, 0xff, 0x80], [-32124 / 32768, 0, 32124 / 32768]],
])('%s', (_, tag, bits, data, expected) => {
  for (const extensible of [false, true]) {
    const { sampleRateHz, channels } = read(wav(data, { tag, bits, extensible }))
    expect(sampleRateHz).toBe(8000)
    expect(channels.map((samples) => [...samples])).toEqual([expected])
  }
})

test('channels come apart, an incomplete frame at the end is left', () => {
  const data = bytesOf(Int16Array.of(1, 2, 3, 4, 5))
  const { channels } = read(wav(data, { channels: 2, sampleRateHz: 44_100 }))
  expect(channels.map((samples) => Array.from(samples, (sample) => sample * 32768))).toEqual([
    [1, 3],
    [2, 4],
  ])
})

test('other chunks are passed over, with the byte that makes odd ones even', () => {
  const before = [0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0]
  expect(read(wav([0, 64], { before })).channels[0]).toEqual(Float32Array.of(0.5))
})

test('a size that a recorder never wrote means to the end; RF64 keeps it elsewhere', () => {
  expect(read(wav([0, 64], { statedBytes: 0xffffffff })).channels[0]).toHaveLength(1)
  const ds64 = [0x64, 0x73, 0x36, 0x34, 16, 0, 0, 0, ...Array(8).fill(0), 2, 0, 0, 0, 0, 0, 0, 0]
  const bytes = wav([0, 64, 0, 64], { riff: 'RF64', before: ds64, statedBytes: 0xffffffff })
  expect(read(bytes).channels[0]).toHaveLength(1)
})

test('a WAV of zero samples has none', () => {
  expect(read(wav([])).channels[0]).toHaveLength(0)
})

test.each([
  ['cut off', wav([0, 0], { statedBytes: 1000 }), 'unreadable-item', '2: the file is cut off'],
  ['without data', wav([]).subarray(0, 30), 'unreadable-item', 'one that is cut off'],
  ['without a format', wav([]).subarray(0, 12), 'unreadable-item', 'one that ends before it'],
  ['of no channels', wav([0, 0], { channels: 0 }), 'unreadable-item', '0'],
  ['of 65,535 channels', wav([0, 0], { channels: 65535 }), 'unreadable-item', '65535'],
  ['at 0 Hz', wav([0, 0], { sampleRateHz: 0 }), 'unreadable-item', '0'],
  ['at 4 GHz', wav([0, 0], { sampleRateHz: 4e9 }), 'unreadable-item', '4000000000'],
  ['in ADPCM', wav([0, 0], { tag: 2, bits: 4 }), 'unsupported-format', 'format 0x0002 with 4 bits a sample'],
  ['of 40 bits', wav([0, 0], { bits: 40 }), 'unsupported-format', 'format 0x0001 with 40 bits a sample'],
])('a WAV %s is refused', (_, bytes, code, received) => {
  expect(() => read(bytes)).toThrow(
    expect.objectContaining({ code, facts: expect.objectContaining({ received }) }),
  )
})

test('a sound that is too long is refused before its samples are read', () => {
  const bytes = wav(Array(2 * 8001).fill(0))
  expect(readWav(bytes, 2).channels[0]).toHaveLength(8001)
  expect(() => readWav(bytes, 1)).toThrow(expect.objectContaining({ code: 'too-large' }))
})

test('damaged headers are refused or read, never anything else', () => {
  const good = wav(bytesOf(Int16Array.of(1, -1, 1, -1)), { channels: 2, extensible: true })
  const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), fc.nat(good.length), (changes, length) => {
      const bytes = good.slice(0, length)
      for (const { at, byte } of changes) if (at < length) bytes[at] = byte
      try {
        const { channels } = read(bytes)
        expect(new Set(channels.map(({ length }) => length)).size).toBe(1)
      } catch (error) {
        expect(error).toBeInstanceOf(TongganError)
      }
    }),
  )
})
