import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { TongganError } from '../../spec/errors.ts'
import { decodeSound } from './decode-sound.ts'

// 0.4 s of 440 Hz at half of full scale, fading in and out over 20 ms; 880 Hz in the second channel where there is one.
const fixture = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, 'fixtures', name)))
const decode = (bytes: Uint8Array, longestSeconds = 600) =>
  decodeSound({ kind: 'file', bytes, name: 'sound' }, longestSeconds)
const ascii = (text: string) => new TextEncoder().encode(text)

const fixtures = [
  { name: 'tone.mp3', rate: 44_100, channels: 2, alike: 0.998 },
  { name: 'tone-22050-mono.mp3', rate: 22_050, channels: 1, alike: 0.998 },
  { name: 'tone-vorbis.ogg', rate: 44_100, channels: 2, alike: 0.99 },
  { name: 'tone-vorbis-8k.ogg', rate: 8000, channels: 1, alike: 0.98 },
  { name: 'tone-opus.ogg', rate: 48_000, channels: 2, alike: 0.95 },
  { name: 'tone-flac16.flac', rate: 16_000, channels: 2, alike: 0.999999 },
  { name: 'tone-flac24.flac', rate: 8000, channels: 1, alike: 0.999999 },
  { name: 'tone-flac.ogg', rate: 16_000, channels: 1, alike: 0.999999 },
]

describe.each(fixtures)('$name', ({ name, rate, channels, alike }) => {
  test('gives the tone that went in, at its rate, in its channels, without delay or padding', async () => {
    const sound = await decode(fixture(name))
    expect(sound.sampleRateHz).toBe(rate)
    sound.channels.slice(0, channels).forEach((samples, channel) => {
      expect(samples).toHaveLength(0.4 * rate)
      const tone = Float32Array.from(samples, (_, k) => fadedTone(k / rate, 440 * (channel + 1)))
      expect(cosine(samples, tone)).toBeGreaterThan(alike)
      expect(Math.abs(Math.hypot(...samples) / Math.hypot(...tone) - 1)).toBeLessThan(0.1)
    })
  })

  test('is refused where it is cut off', async () => {
    const whole = fixture(name)
    for (const share of [0.6, 0.85]) {
      const cut = decode(whole.slice(0, whole.length * share))
      await expect(cut).rejects.toMatchObject({ code: 'unreadable-item', path: 'sound' })
    }
  })

  test('is refused where it is too long, before it is decoded', async () => {
    await expect(decode(fixture(name), 0.3)).rejects.toMatchObject({ code: 'too-large', path: 'sound' })
  })

  test('with damaged bytes is refused or read, never anything else', async () => {
    const quiet = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')].map((spy) =>
      spy.mockImplementation(() => {}),
    )
    const whole = fixture(name)
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.nat(whole.length), async (changes, length) => {
        const bytes = whole.slice(0, length)
        for (const { at, byte } of changes) if (at < length) bytes[at] = byte
        await decode(bytes).catch((error) => expect(error).toBeInstanceOf(TongganError))
      }),
      { numRuns: 30 },
    )
    for (const spy of quiet) spy.mockRestore()
  })
})

test.each([
  ['an empty file', '', 'an empty file'],
  ['a text', 'hello, this is not a sound', 'text'],
  ['bytes', '\x01\x02\x03', 'bytes of no known kind'],
  ['a GIF', 'GIF89a', 'a GIF picture'],
  ['a big-endian WAV', 'RIFX0000WAVE', 'big-endian WAV'],
  ['an AIFF', 'FORM0000AIFF', 'an AIFF sound'],
  ['an M4A', '0000ftypM4A ', 'an MP4 or M4A file'],
])('%s is not a sound that is read, whatever its name', async (_, text, received) => {
  const item = { kind: 'file', bytes: ascii(text), name: 'sound.wav' } as const
  await expect(decodeSound(item, 600)).rejects.toMatchObject({
    code: 'unsupported-format',
    path: 'sound.wav',
    facts: { received },
  })
})

test('UTF-16 text is not taken for MP3, whose frames begin alike', async () => {
  const bytes = Uint8Array.from([
    0xff,
    0xfe,
    ...Array.from('hello world', (c) => [c.charCodeAt(0), 0]).flat(),
  ])
  await expect(decode(bytes)).rejects.toBeInstanceOf(TongganError)
})

test('words are not a sound', async () => {
  const item = { kind: 'words', words: 'woof' } as const
  await expect(decodeSound(item, 600)).rejects.toMatchObject({ code: 'unsupported-format' })
})

test.each([
  ['zero samples', [[]], 'none'],
  ['silence', [[0, 0, 0]], '3 samples of silence'],
  ['a level that never changes', [[0.5, 0.5]], '2 samples of silence'],
  [
    'channels that cancel out',
    [
      [0.5, -0.5],
      [-0.5, 0.5],
    ],
    '2 samples of silence',
  ],
  [
    'a sample that is not a number',
    [
      [0, 1],
      [0, Number.NaN],
    ],
    'NaN at sample 1 of channel 2',
  ],
  ['an infinite sample', [[0, Number.NEGATIVE_INFINITY]], '-Infinity at sample 1 of channel 1'],
  ['a sample beyond all measure', [[0, 1e30]], /^1\.0+1.*e\+30 at sample 1|^1e\+30/],
] as [string, number[][], string | RegExp][])('%s cannot be heard', async (_, channels, received) => {
  const refusal = await decode(floatWav(channels)).catch((error) => error)
  expect(refusal).toMatchObject({ code: 'unreadable-item', path: 'sound' })
  expect(refusal.facts.received).toMatch(received)
})

function floatWav(channels: readonly number[][]): Uint8Array {
  const samples = channels[0].flatMap((_, k) => channels.map((channel) => channel[k]))
  const header = Uint16Array.of(0, 0, 16, 0, 3, channels.length, 8000, 0, 0, 0, 4 * channels.length, 32)
  const data = Float32Array.from(samples)
  return Uint8Array.from([
    ...ascii('RIFF0000WAVEfmt '),
    ...new Uint8Array(header.buffer, 4),
    ...ascii('data'),
    ...new Uint8Array(Uint32Array.of(data.byteLength).buffer),
    ...new Uint8Array(data.buffer),
  ])
}

function fadedTone(second: number, hz: number): number {
  return 0.5 * Math.min(1, Math.min(second, 0.4 - second) / 0.02) * Math.sin(2 * Math.PI * hz * second)
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0) / (Math.hypot(...a) * Math.hypot(...b))
}
