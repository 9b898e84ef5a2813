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

const lowestHz = 60
const highestHz = 7600
/** Fourier sums stand 31.25 Hz apart where bands are narrow, and twice that above, still within the window's own width. */
const fineHz = 31.25
const fineUpToHz = 2000

/** What lies 50 dB below a sound's own level is its floor. */
export const range = 1e5

/**
 * `hops [batch, frames + 2, 160]`, consecutive samples at 16 kHz → log-mel `[batch, frames, 64]`.
 *
 * `log(1 + 10⁵ · E / level)`, E the energy in a band and frame, level the mean energy of the frames weighed by their
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

/** Cosines and sines under the window `[480, 2 · sums]`, and the bands that their squares add up to `[2 · sums, 64]`. */
function fourierBands(): { waves: FloatTensor; bandsOfSquares: FloatTensor } {
  const frequencies = fourierFrequencies()
  const sums = frequencies.length
  const waves = floats([windowSamples, 2 * sums])
  const bandsOfSquares = floats([2 * sums, bands])
  frequencies.forEach(({ hz, widthHz }, k) => {
    for (let n = 0; n < windowSamples; n++) {
      const hann = Math.sin((Math.PI * (n + 0.5)) / windowSamples) ** 2
      const phase = (2 * Math.PI * hz * n) / preparedRateHz
      waves.data[n * 2 * sums + k] = hann * Math.cos(phase)
      waves.data[n * 2 * sums + sums + k] = hann * Math.sin(phase)
    }
    melShares(hz).forEach((share, band) => {
      bandsOfSquares.data[k * bands + band] = (share * widthHz) / fineHz
      bandsOfSquares.data[(sums + k) * bands + band] = (share * widthHz) / fineHz
    })
  })
  return { waves, bandsOfSquares }
}

function fourierFrequencies(): { hz: number; widthHz: number }[] {
  const frequencies: { hz: number; widthHz: number }[] = []
  for (let hz = 2 * fineHz; hz < highestHz; ) {
    const widthHz = hz < fineUpToHz ? fineHz : 2 * fineHz
    frequencies.push({ hz, widthHz })
    hz += widthHz
  }
  return frequencies
}

/** Triangular bands, equally spaced in mel (O'Shaughnessy 1987): the share of each band in a frequency. */
function melShares(hz: number): number[] {
  const mel = (frequency: number) => 2595 * Math.log10(1 + frequency / 700)
  const spacing = (mel(highestHz) - mel(lowestHz)) / (bands + 1)
  const position = (mel(hz) - mel(lowestHz)) / spacing - 1
  return Array.from({ length: bands }, (_, band) => Math.max(0, 1 - Math.abs(position - band)))
}
