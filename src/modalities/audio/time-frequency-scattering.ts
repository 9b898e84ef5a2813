// The second layer: wavelets over the plane that the first layer draws, along time and along log-frequency together,
// and the modulus of their answers (joint time-frequency scattering; Andén, Lostanlen & Mallat 2019). Along time they
// hear rhythm and onsets, along frequency harmonics and formants, and both signs tell rising from falling. The modulus
// forgets where exactly within a wavelength something happened, which is what another speaker or moment changes.
//
// Slow waves are sampled less often, broad ones at fewer frequencies, so the whole costs about as much as the log-mel.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { type FloatTensor, floats } from '../../spec/tensor.ts'
import { gaussianWindow, morletWave, octaveWave, windowOf } from '../wavelets/morlet-wave.ts'
import { bands } from './log-mel.ts'

/** Along time, in frames of 10 ms: 25, 12.5, 6.25 and 3.1 Hz, each sampled every `stride` frames. */
const timeWaves = [1, 2, 4, 8].map((stride) => ({ ...octaveWave(stride), stride }))
/** Along log-frequency, in bands, each at 16 places. */
const bandWaves = [1, 2, 4].map(octaveWave)
/** Every map has values at these places along log-frequency. */
export const places = 16

/** Moduli at one sampling of time. */
export interface ScatteringMaps {
  /** Frames from one value to the next. */
  readonly stride: number
  /** `[batch, ceil(frames / stride), maps · places]` */
  readonly maps: Value
}

/** Number of maps in all: along time alone, along both with either sign, along frequency alone. */
export const mapCount = timeWaves.length * (1 + 2 * bandWaves.length) + bandWaves.length

/** `plane [batch, frames, 64]` → moduli of all wavelets, grouped by their sampling of time. */
export function scatterPlane(plane: Value): ScatteringMaps[] {
  const picture = op.Unsqueeze(plane, { axes: [1] }) // [batch, 1, frames, 64]
  const turns = bandMatrices()
  const joint = timeWaves.map((wave) => {
    const { real, imaginary } = morletWave(wave, windowOf(wave.sigma))
    const answers = alongTime(picture, [real, imaginary], wave.stride) // [batch, 2, frames / stride, 64]
    const [re, im] = op
      .Split(answers, { axis: 1, split: [1, 1] })
      .map((part) => op.Squeeze(part, { axes: [1] }))
    const rhythm = op.Reshape(modulus(re, im), [re.shape[0], re.shape[1], places, bands / places])
    const { graph } = plane
    const turned = op.Add(
      op.MatMul(re, graph.constant(turns.ofReal, `band waves of real ${wave.stride}`)),
      op.MatMul(im, graph.constant(turns.ofImaginary, `band waves of imaginary ${wave.stride}`)),
    )
    const maps = op.Concat([op.ReduceMean(rhythm, { axes: [3], keepdims: false }), halvesModulus(turned)], {
      axis: 2,
    })
    return { stride: wave.stride, maps }
  })
  const smooth = op.Squeeze(alongTime(picture, [gaussianWindow(6.4, windowOf(6.4))], 4), { axes: [1] })
  const timbre = halvesModulus(op.MatMul(smooth, plane.graph.constant(turns.alone, 'band waves')))
  return [...joint, { stride: 4, maps: timbre }]
}

/** Convolution of `[batch, 1, frames, 64]` along time with as many windows as are given, every `stride` frames. */
function alongTime(picture: Value, windows: readonly number[][], stride: number): Value {
  const taps = windows[0].length
  const weights = floats([windows.length, 1, taps, 1], windows.flat())
  const margin = (taps - 1) / 2
  return op.Conv(
    picture,
    picture.graph.constant(weights, `time waves ${windows.length} ${stride}`),
    undefined,
    {
      strides: [stride, 1],
      pads: [margin, 0, margin, 0],
    },
  )
}

/**
 * The band waves as matrices from 64 bands to real parts, then imaginary parts of their answers at 16 places each:
 * `alone [64, 2 · 3 · 16]` for a real signal; `ofReal` and `ofImaginary [64, 2 · 2 · 3 · 16]` for the two parts of a
 * complex one, for the waves and then their conjugates: (a + ib)(c ± id) = (ac ∓ bd) + i(bc ± ad).
 */
function bandMatrices(): { alone: FloatTensor; ofReal: FloatTensor; ofImaginary: FloatTensor } {
  const columns = bandWaves.flatMap((wave) =>
    Array.from({ length: places }, (_, place) => {
      const centre = (place + 0.5) * (bands / places) - 0.5
      return morletWave(
        wave,
        Array.from({ length: bands }, (_, band) => band - centre),
      )
    }),
  )
  const real = columns.map((column) => column.real)
  const imaginary = columns.map((column) => column.imaginary)
  const minus = (parts: number[][]) => parts.map((part) => part.map((value) => -value))
  return {
    alone: fromColumns([...real, ...imaginary]),
    ofReal: fromColumns([...real, ...real, ...imaginary, ...minus(imaginary)]),
    ofImaginary: fromColumns([...minus(imaginary), ...imaginary, ...real, ...real]),
  }
}

function fromColumns(columns: readonly number[][]): FloatTensor {
  const rows = columns[0].length
  const matrix = floats([rows, columns.length])
  columns.forEach((column, k) => {
    column.forEach((value, row) => {
      matrix.data[row * columns.length + k] = value
    })
  })
  return matrix
}

/** Moduli of complex numbers whose real parts are the first half of the last axis. */
function halvesModulus(parts: Value): Value {
  const half = (parts.shape[2] as number) / 2
  const [real, imaginary] = op.Split(parts, { axis: 2, split: [half, half] })
  return modulus(real, imaginary)
}

/** The small number beneath the root keeps rounding from being magnified where there is silence. */
function modulus(real: Value, imaginary: Value): Value {
  return op.Sqrt(op.Add(op.Add(op.Mul(real, real), op.Mul(imaginary, imaginary)), 1e-8))
}
