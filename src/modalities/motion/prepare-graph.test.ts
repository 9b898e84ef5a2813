import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGraph } from '../../graph/session.ts'
import type { OrtSession } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import { motionChannels } from './motion.ts'
import { preparedFrames, preparedRateHz, prepareGraph, resampleTaps } from './prepare-graph.ts'

let session: OrtSession
beforeAll(async () => {
  session = await openGraph(prepareGraph())
})
afterAll(() => session.close())

/** A signal of `seconds` at `rateHz`, resampled; only its first channel. */
async function resampled(signal: (t: number) => number, rateHz: number, seconds: number): Promise<number[]> {
  const frames = Math.round(seconds * rateHz) + 1
  const data = new Float32Array(frames * motionChannels)
  for (let k = 0; k < frames; k++) data[k * motionChannels] = signal(k / rateHz)
  const count = preparedFrames(frames, rateHz)
  const { sources, shares, taps } = resampleTaps(frames, rateHz, 0, count)
  const { prepared } = await session.run({
    frames: floats([frames, motionChannels], data),
    sources: { type: 'int64', dims: [count, taps], data: sources },
    shares: floats([count, 1, taps], shares),
  })
  return Array.from({ length: count }, (_, k) => (prepared.data as Float32Array)[k * motionChannels])
}

test.each([24, 30, 60, 100, 120, 240])(
  'a slow movement at %i frames a second comes out as itself',
  async (rateHz) => {
    const wave = (t: number) => Math.sin(2 * Math.PI * t)
    const seen = await resampled(wave, rateHz, 2)
    expect(seen).toHaveLength(2 * preparedRateHz + 1)
    seen.forEach((value, k) => {
      // A frame at either end sees only one side.
      if (k > 0 && k < seen.length - 1) expect(value).toBeCloseTo(wave(k / preparedRateHz), 1.5)
    })
  },
)

test('at 30 frames a second nothing changes', async () => {
  const seen = await resampled((t) => Math.cos(40 * t), 30, 1)
  seen.forEach((value, k) => {
    expect(value).toBeCloseTo(Math.cos((40 * k) / 30), 5)
  })
})

test('shaking that 30 frames a second cannot show goes away instead of folding back', async () => {
  const seen = await resampled((t) => Math.sin(2 * Math.PI * 55 * t), 120, 1)
  expect(Math.max(...seen.map(Math.abs))).toBeLessThan(0.1)
})

test.each([
  [1, 30, 1],
  [31, 30, 31],
  [61, 60, 31],
  [62, 60, 31],
  [4, 120, 1],
])('%i frames at %i a second become %i', (frames, rateHz, prepared) => {
  expect(preparedFrames(frames, rateHz)).toBe(prepared)
})
