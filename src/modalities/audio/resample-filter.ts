// Band-limited resampling by a rational factor as one convolution: each of the `up` phases of the output has its own
// filter, and the convolution strides over `down` input samples (polyphase; Crochiere & Rabiner 1983, chapter 3).
// The filter is a sinc under a Kaiser window, made in plain code so that every engine is fed the same numbers.

import { type FloatTensor, floats } from '../../spec/tensor.ts'

export interface ResampleFilter {
  /** The output has `up` samples for every `down` of the input. */
  readonly up: number
  readonly down: number
  /** Zeros that go before the input so that output and input begin together. */
  readonly lead: number
  /** `[up, 1, taps]`: phase p of the output, weights of a convolution with stride `down`. */
  readonly weights: FloatTensor
}

/** Half the filter's length in periods of the lower of both rates. */
const zeroCrossings = 16
/** The cut-off as a share of the lower Nyquist frequency; above it the filter falls by 80 dB. */
const rolloff = 0.92
const kaiserBeta = 8
/** With fewer rows the convolution is no matrix product any more, and slower. */
const fewestPhases = 16

/**
 * The filter from `fromHz` to `toHz`. A ratio that needs more than 640 phases (no usual rate does) is taken as the
 * nearest one of its continued fraction: the pitch is then off by at most 0.16 %, a fortieth of a semitone.
 */
export function resampleFilter(fromHz: number, toHz: number): ResampleFilter {
  const ratio = nearestRatio(toHz / fromHz, 640)
  const times = Math.ceil(fewestPhases / ratio.up)
  const [up, down] = [times * ratio.up, times * ratio.down]
  const cutoff = rolloff * Math.min(1, up / down) // in input Nyquists
  const reach = zeroCrossings / Math.min(1, up / down) // in input samples
  const lead = Math.ceil(reach)
  const taps = Math.floor(((up - 1) * down) / up) + 2 * lead + 1
  const weights = new Float32Array(up * taps)
  for (let phase = 0; phase < up; phase++) {
    const centre = lead + (phase * down) / up
    const filter = Array.from({ length: taps }, (_, k) => {
      const distance = k - centre
      return Math.abs(distance) > reach ? 0 : cutoff * sinc(cutoff * distance) * kaiser(distance / reach)
    })
    const sum = filter.reduce((total, weight) => total + weight, 0)
    filter.forEach((weight, k) => {
      weights[phase * taps + k] = weight / sum
    })
  }
  return { up, down, lead, weights: floats([up, 1, taps], weights) }
}

/** The fraction up / down nearest to `ratio` with up at most `limit`, by continued fractions. */
export function nearestRatio(ratio: number, limit: number): { up: number; down: number } {
  let [up, down, upBefore, downBefore] = [1, 0, 0, 1]
  for (let rest = ratio, term = Math.floor(rest); ; rest = 1 / (rest - term), term = Math.floor(rest)) {
    const next = [term * up + upBefore, term * down + downBefore]
    if (next[0] > limit) break
    ;[upBefore, downBefore, up, down] = [up, down, next[0], next[1]]
    if (Math.abs(up / down - ratio) < 1e-12 * ratio) break
  }
  return { up, down }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** The Kaiser window, |x| ≤ 1. */
function kaiser(x: number): number {
  return bessel0(kaiserBeta * Math.sqrt(Math.max(0, 1 - x * x))) / bessel0(kaiserBeta)
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel0(x: number): number {
  let sum = 1
  for (let k = 1, term = 1; term > 1e-12 * sum; k++) {
    term *= (x / 2 / k) ** 2
    sum += term
  }
  return sum
}
