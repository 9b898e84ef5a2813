import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openGraph } from '../../graph/session.ts'
import { floats } from '../../spec/tensor.ts'
import { paddedLength, preparedLength, prepareGraph } from './prepare-graph.ts'
import { nearestRatio, resampleFilter } from './resample-filter.ts'

test.each([
  [16_000, 16, 16],
  [8000, 16, 8],
  [48_000, 16, 48],
  [44_100, 160, 441],
  [22_050, 320, 441],
  [11_025, 640, 441],
  [37_800, 80, 189],
])('from %i Hz to 16 kHz: %i for %i', (rate, up, down) => {
  expect(resampleFilter(rate, 16_000)).toMatchObject({ up, down })
})

test('any rate is met within a fortieth of a semitone by few phases', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 768_000 }), (rate) => {
      const { up, down } = nearestRatio(16_000 / rate, 640)
      expect(up).toBeLessThanOrEqual(640)
      expect(Math.abs(((up / down) * rate) / 16_000 - 1)).toBeLessThan(0.0016)
    }),
  )
})

/** A tone of `hz` and 0.1 s at `rate` after the graph, the peak of the input 1. */
async function resampledTone(rate: number, hz: number): Promise<Float32Array> {
  const filter = resampleFilter(rate, 16_000)
  const length = Math.round(rate / 10)
  const samples = new Float32Array(paddedLength(length, filter))
  for (let k = 0; k < length; k++) samples[k] = Math.sin((2 * Math.PI * hz * k) / rate)
  const session = await openGraph(prepareGraph(filter))
  try {
    const { prepared } = await session.run({ samples: floats([1, 1, samples.length], samples) })
    const [, phases, blocks] = prepared.dims
    const data = prepared.data as Float32Array
    return Float32Array.from(
      { length: preparedLength(length, filter) },
      (_, k) => data[(k % phases) * blocks + Math.floor(k / phases)],
    )
  } finally {
    await session.close()
  }
}

const middle = (samples: Float32Array) => samples.subarray(400, -400)

test.each([8000, 11_025, 22_050, 44_100, 48_000, 96_000, 37_800])(
  'a tone below both Nyquist frequencies comes out as itself from %i Hz',
  async (rate) => {
    const samples = await resampledTone(rate, 1000)
    expect(samples).toHaveLength(Math.ceil((Math.round(rate / 10) * 16_000) / rate))
    middle(samples).forEach((sample, k) => {
      expect(sample).toBeCloseTo(Math.sin((2 * Math.PI * 1000 * (k + 400)) / 16_000), 3)
    })
  },
)

test.each([22_050, 44_100, 48_000, 96_000])(
  'a tone above 8 kHz is gone, not folded, from %i Hz',
  async (rate) => {
    const samples = middle(await resampledTone(rate, 9000))
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(1e-3)
  },
)

test('each phase has the sum 1, so that a level stays what it was', () => {
  const { up, weights } = resampleFilter(44_100, 16_000)
  const taps = weights.dims[2]
  for (let phase = 0; phase < up; phase++) {
    const sum = weights.data
      .subarray(phase * taps, (phase + 1) * taps)
      .reduce((total, weight) => total + weight, 0)
    expect(sum).toBeCloseTo(1, 5)
  }
})
