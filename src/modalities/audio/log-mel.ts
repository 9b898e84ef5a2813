// The first layer of sound: how much energy there is in each of 64 bands, a hundred times a second, as the ear has it,
// mel-spaced and in logarithms. Windowed Fourier sums and bands are two matrix products, so no FFT is needed.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { type FloatTensor, floats } from '../../spec/tensor.ts'
import { preparedRateHz } from './prepare-graph.ts'

export const bands = 64
/** 10 ms. */
export const hopSamples = 160
/** 30 ms: three hops, under a Hann window, which leaves about 15 ms that count. */
const windowSamples = 3 * hopSamples

const fftSize = 512
const lowestHz = 60
const highestHz = 7600

/** What lies 60 dB below a sound's own level is its floor. */
const range = 1e6

/**
 * `hops [batch, frames + 2, 160]`, consecutive samples at 16 kHz → log-mel `[batch, frames, 64]`.
 *
 * `log(1 + 10⁶ · E / level)`, E the energy in a band and frame, level the mean energy of the frames weighed by their
 * energy, `Σ e² / Σ e`: silence before, after or within does not change it, and silence is 0.
 */
export function logMel(hops: Value): Value {
  const { graph } = hops
  const [first, second, third] = [0, 1, 2].map((k) =>
    op.Slice(hops, { starts: [k], ends: [k === 2 ? Number.POSITIVE_INFINITY : k - 2], axes: [1] }),
  )
  const frames = op.Concat([first, second, third], { axis: 2 }) // [batch, frames, 480]
  const { waves, bandsOfSquares } = fourierBands()
  const spectrum = op.MatMul(frames, graph.constant(waves, 'windowed waves')) // real parts, imaginary parts
  const energy = op.MatMul(op.Mul(spectrum, spectrum), graph.constant(bandsOfSquares, 'mel bands'))
  const loudness = op.ReduceSum(energy, { axes: [2] }) // [batch, frames, 1]
  const level = op.Div(
    op.ReduceSum(op.Mul(loudness, loudness), { axes: [1] }),
    op.Add(op.ReduceSum(loudness, { axes: [1] }), 1e-30),
  )
  return op.Log(op.Add(op.Mul(energy, op.Div(range, op.Add(level, 1e-30))), 1))
}

/** Cosines and sines under the window `[480, 2 · bins]`, and the bands that their squares add up to `[2 · bins, 64]`. */
function fourierBands(): { waves: FloatTensor; bandsOfSquares: FloatTensor } {
  const binHz = preparedRateHz / fftSize
  const firstBin = Math.ceil(lowestHz / binHz)
  const bins = Math.floor(highestHz / binHz) - firstBin + 1
  const waves = new Float32Array(windowSamples * 2 * bins)
  for (let n = 0; n < windowSamples; n++) {
    const hann = Math.sin((Math.PI * (n + 0.5)) / windowSamples) ** 2
    for (let bin = 0; bin < bins; bin++) {
      const phase = (2 * Math.PI * (firstBin + bin) * n) / fftSize
      waves[n * 2 * bins + bin] = hann * Math.cos(phase)
      waves[n * 2 * bins + bins + bin] = hann * Math.sin(phase)
    }
  }
  const bandsOfSquares = new Float32Array(2 * bins * bands)
  for (let bin = 0; bin < bins; bin++) {
    melShares((firstBin + bin) * binHz).forEach((share, band) => {
      bandsOfSquares[bin * bands + band] = share
      bandsOfSquares[(bins + bin) * bands + band] = share
    })
  }
  return {
    waves: floats([windowSamples, 2 * bins], waves),
    bandsOfSquares: floats([2 * bins, bands], bandsOfSquares),
  }
}

/** Triangular bands, equally spaced in mel (O'Shaughnessy 1987): the share of each band in a frequency. */
function melShares(hz: number): number[] {
  const mel = (frequency: number) => 2595 * Math.log10(1 + frequency / 700)
  const spacing = (mel(highestHz) - mel(lowestHz)) / (bands + 1)
  const position = (mel(hz) - mel(lowestHz)) / spacing - 1
  return Array.from({ length: bands }, (_, band) => Math.max(0, 1 - Math.abs(position - band)))
}
