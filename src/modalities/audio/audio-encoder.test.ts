import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { RawItem } from '../../spec/encoder.ts'
import { densify } from '../../spec/features.ts'
import { encoderContract } from '../encoder.contract.ts'
import { audioEncoder } from './audio-encoder.ts'
import { encodeGraph } from './encode-graph.ts'
import type { Sound } from './sound.ts'

const fixture = (name: string): RawItem => ({
  kind: 'file',
  bytes: new Uint8Array(readFileSync(join(import.meta.dirname, 'fixtures', name))),
  name,
})
const file = (text: string, name: string): RawItem => ({
  kind: 'file',
  bytes: new TextEncoder().encode(text),
  name,
})
const emptyWav = 'RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0\0~\0\0\x02\0\x10\0data\0\0\0\0'

encoderContract('the audio encoder', {
  make: (engine) => audioEncoder({ engine: engine && { engine } }),
  others: [() => audioEncoder({ timeBins: 1 }), () => audioEncoder({ timeBins: 12 })],
  items: () => [
    fixture('tone.mp3'),
    fixture('tone-vorbis-8k.ogg'),
    fixture('tone-opus.ogg'),
    fixture('tone-flac16.flac'),
  ],
  bad: [
    { what: 'a WAV of zero samples', item: file(emptyWav, 'empty.wav'), code: 'unreadable-item' },
    { what: 'a text file named .wav', item: file('hello', 'dog.wav'), code: 'unsupported-format' },
    { what: 'a word', item: { kind: 'words', words: 'woof' }, code: 'unsupported-format' },
  ],
  runsGraphs: true,
})

const encoder = audioEncoder()
afterAll(() => encoder.close())

/** Tones one after another, each fading in and out, 0.15 s each, over a whisper of noise. */
function tones(
  pitches: readonly number[],
  { rate = 16_000, gain = 0.5, silenceBefore = 0, silenceBehind = 0 } = {},
): Sound {
  const each = Math.round(0.15 * rate)
  const [before, behind] = [silenceBefore, silenceBehind].map((seconds) => Math.round(seconds * rate))
  const samples = new Float32Array(before + each * pitches.length + behind)
  for (const [k, hz] of pitches.entries()) {
    for (let n = 0; n < each; n++) {
      const wave = Math.sin((2 * Math.PI * hz * n) / rate) + 0.5 * Math.sin((4 * Math.PI * hz * n) / rate)
      samples[before + k * each + n] = gain * wave * Math.sin((Math.PI * n) / each)
    }
  }
  return { sampleRateHz: rate, channels: [samples] }
}

async function rowsOf(sounds: readonly Sound[], by = encoder): Promise<Float32Array[]> {
  const data = densify(await by.encode(sounds))
  return sounds.map((_, k) => data.subarray(k * by.featureDim, (k + 1) * by.featureDim))
}

const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, k) => value - b[k]))

test('golden vectors: when they change, so must the version in the fingerprint', async () => {
  expect(encoder.fingerprint).toBe('f0aa96155b6f6674d6c442b18a4e4f3d')
  const [row] = await rowsOf([tones([300, 900, 500], { rate: 8000 })])
  const golden = Array.from({ length: 20 }, (_, k) => row[k * 307])
  golden.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], 3)
  })
})
const expected = [
  0.0027, 0, 0.002, 0.1387, 0.0497, 0.0497, 0.5599, 0.4395, 0.0909, 0.0499, 0.0497, 0.8755, 0.8641, 1.0329,
  0.0497, 0.0497, -2.1596, -1.7147, -2.1385, -1.4866,
]

describe('laws', () => {
  const melody = [300, 900, 500]

  test.each([
    ['louder', tones(melody, { gain: 0.01 })],
    ['with silence before and behind', tones(melody, { silenceBefore: 0.5, silenceBehind: 1 })],
    ['at another sample rate', tones(melody, { rate: 44_100 })],
  ])('a sound %s is nearly the same sound', async (_, changed) => {
    const [row, same, other] = await rowsOf([tones(melody), changed, tones([300, 900, 600])])
    expect(distance(row, same)).toBeLessThan(0.35 * distance(row, other))
  })

  test('two equal channels are one, exactly', async () => {
    const { sampleRateHz, channels } = tones(melody)
    const [one, two] = await rowsOf([
      { sampleRateHz, channels },
      { sampleRateHz, channels: [channels[0], channels[0]] },
    ])
    expect(two).toEqual(one)
  })

  test('order is heard in the time bins, and only there: sums over time hardly tell', async () => {
    const sounds = [tones([300, 600, 1200]), tones([1200, 600, 300]), tones([300, 1200, 600])]
    const [ordered, sums] = [audioEncoder({ timeBins: 8 }), audioEncoder({ timeBins: 1 })]
    const [up, down] = await rowsOf(sounds, ordered)
    const [upSum, downSum] = await rowsOf(sounds, sums)
    expect(distance(up, down)).toBeGreaterThan(2 * distance(upSum, downSum))
    await Promise.all([ordered.close(), sums.close()])
  })

  test('a slower rendition is nearer than another melody', async () => {
    const slow = tones([300, 300, 900, 900, 500, 500])
    const [row, same, other] = await rowsOf([tones(melody), slow, tones([900, 300, 700])])
    expect(distance(row, same)).toBeLessThan(distance(row, other))
  })

  test('clips of a few samples and of a minute are encoded side by side', async () => {
    const click = { sampleRateHz: 16_000, channels: [Float32Array.of(0, 1, -1)] }
    const long = tones(Array.from({ length: 400 }, (_, k) => 200 + ((k * 97) % 1500)))
    const rows = await rowsOf([long, click, tones(melody)])
    expect(rows.every((row) => row.every(Number.isFinite))).toBe(true)
    expect(distance(rows[2], (await rowsOf([tones(melody)]))[0])).toBeLessThan(1e-3)
  })

  test('more sample rates than sessions stay open for', async () => {
    const rates = Array.from({ length: 10 }, (_, k) => 8000 + 1000 * k)
    const sounds = rates.map((rate) => tones(melody, { rate }))
    const [once, again] = await Promise.all([rowsOf(sounds), rowsOf(sounds.toReversed())])
    expect(again.reverse()).toEqual(once)
  })
})

test('no weight is near the subnormal numbers, below 1.2e-38, which processors multiply many times slower', () => {
  const weights = [...encodeGraph(8).initializers.values()].flatMap(({ type, data }) =>
    type === 'float32' ? Array.from(data as Float32Array) : [],
  )
  expect(weights.filter((weight) => weight !== 0 && Math.abs(weight) < 1e-31)).toEqual([])
})

test.each([0, 13, 2.5])('%d time bins are refused', (timeBins) => {
  expect(() => audioEncoder({ timeBins })).toThrow(expect.objectContaining({ code: 'wrong-usage' }))
})

test('a sound longer than asked for is refused, and the limit is not part of what it is', async () => {
  const brief = audioEncoder({ longestSeconds: 0.3 })
  await expect(brief.decode(fixture('tone.mp3'))).rejects.toMatchObject({ code: 'too-large' })
  expect(brief.fingerprint).toBe(encoder.fingerprint)
})
