// Two-layer scattering over time (Andén & Mallat 2014, Deep Scattering Spectrum) for sequences of anything: joints of a
// body, maps of a picture. Waves an octave apart tell how fast each channel moves, waves over their moduli how that
// comes and goes; moduli forget the moment. Each octave is sampled as often as it needs, so all of them together cost
// about two of the first. The last octave's smooth remainder, the level, keeps what does not move.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats } from '../../spec/tensor.ts'
import { gaussianWindow, morletWave, octaveWave, windowOf } from './morlet-wave.ts'
import { everyNth, type Pooled, poolOverTime, wholeSpan } from './time-pooling.ts'

export interface TimeScatteringOptions {
  /** Octaves of waves: 1/4 cycle a frame, 1/8, 1/16, … */
  readonly octaves: number
  /** Parts of the sequence that values are kept of in order. */
  readonly timeBins: number
}

/** Pooled coefficients; each holds `bins [n, timeBins, channels]` and statistics `[n, 1, channels]`. */
export interface TimeScattering {
  /** The sequence itself, smoothed over about two frames. */
  readonly level: Pooled
  /** One an octave, the fastest first: the modulus of its wave's answer. */
  readonly first: readonly Pooled[]
  /** Octave j's modulus through the wave of octave k, for j < k: (0, 1), (0, 2), …, (1, 2), … */
  readonly second: readonly Pooled[]
}

/**
 * Frames that must lie behind the end of each sequence, with its last value, so that all rows know the same: from there
 * on the slowest wave hears nothing any more.
 */
export function framesBehind(octaves: number): number {
  const slowest = 2 ** (octaves - 1)
  return (windowOf(octaveWave(slowest).sigma).length - 1) / 2 + slowest
}

/**
 * Scatters `sequence [n, channels, time]` of `lengths [n, 1, 1]` frames each; `times [1, 1, time]` = 0, 1, 2, ….
 * Sequences of several lengths go together: behind its end each repeats its last value, for at least `framesBehind`
 * frames, and then no row depends on how far the others reach. What lies before the first frame is taken as equal to it.
 */
export function scatterOverTime(
  sequence: Value,
  times: Value,
  lengths: Value,
  { octaves, timeBins }: TimeScatteringOptions,
): TimeScattering {
  const span = wholeSpan(lengths)
  const waves = Array.from({ length: octaves }, (_, octave) => waveOfOctave(sequence, octave))
  const pool = (maps: Value, at: Value, octave: number) =>
    poolOverTime(op.Transpose(maps, { perm: [0, 2, 1] }), at, span, { stride: 2 ** octave, timeBins })
  const first: Pooled[] = []
  const second: Pooled[] = []
  for (let octave = 0; octave < octaves; octave++) {
    const moduli = answerModuli(sequence, waves[octave], octave) // [n, channels, time / 2^octave]
    const at = everyNth(times, 2 ** octave)
    first.push(pool(moduli, at, octave))
    for (let next = octave + 1; next < octaves; next++) {
      const between = next - octave
      second.push(pool(answerModuli(moduli, waves[between], between), everyNth(at, 2 ** between), next))
    }
  }
  const gaussian = gaussianWindow(1, windowOf(1))
  const level = alongTime(sequence, windowsConstant(sequence, [gaussian]), 1)
  return { level: pool(op.Squeeze(level, { axes: [1] }), times, 0), first, second }
}

/** The real and the imaginary part of an octave's wave. */
function waveOfOctave(x: Value, octave: number): Value {
  const wave = octaveWave(2 ** octave)
  const { real, imaginary } = morletWave(wave, windowOf(wave.sigma))
  return windowsConstant(x, [real, imaginary])
}

/** Weights of a convolution: `[windows, 1, 1, taps]`. */
function windowsConstant({ graph }: Value, windows: readonly number[][]): Value {
  return graph.constant(floats([windows.length, 1, 1, windows[0].length], windows.flat()))
}

/** |x ∗ wave of an octave|, sampled every `2^octave` frames of x `[n, channels, time]`. */
function answerModuli(x: Value, wave: Value, octave: number): Value {
  const parts = op.Split(alongTime(x, wave, 2 ** octave), { axis: 1, split: [1, 1] })
  const [re, im] = parts.map((part) => op.Squeeze(part, { axes: [1] }))
  // The small number keeps rounding from being magnified where nothing moves.
  return op.Sqrt(op.Add(op.Add(op.Mul(re, re), op.Mul(im, im)), 1e-8))
}

/** `x [n, channels, time]` convolved along time with each window, every `stride` frames, its ends repeated outwards. */
function alongTime(x: Value, windows: Value, stride: number): Value {
  const margin = ((windows.shape[3] as number) - 1) / 2
  const picture = op.Unsqueeze(x, { axes: [1] }) // [n, 1, channels, time]
  const padded = op.Pad(picture, { pads: [0, 0, 0, margin, 0, 0, 0, margin], mode: 'edge' })
  return op.Conv(padded, windows, undefined, { strides: [1, stride] }) // [n, windows, channels, time / stride]
}
