// Morlet wavelets: a wave under a Gaussian, minus as much of the Gaussian as makes the sum zero, so that even light
// gives no answer (Bruna & Mallat 2013, Invariant Scattering Convolution Networks, section 2.1). The real part answers
// to lines, the imaginary part to edges; the modulus of both answers wherever within a wavelength the pattern lies.

import { type FloatTensor, floats } from '../../spec/tensor.ts'

export interface MorletBank {
  /** Directions, evenly over half a turn, the first one along x. */
  readonly orientations: number
  /** Side of the square window in samples. Even: the centre lies between samples, as after halving. */
  readonly side: number
  /** Width of the Gaussian along the wave in samples. */
  readonly sigma: number
  /** Width of the Gaussian across the wave in samples; larger answers to fewer directions. */
  readonly sigmaAcross: number
  /** Radians a sample; at most π. */
  readonly frequency: number
}

/** All real parts, then all imaginary parts: `[2 · orientations, 1, side, side]`, weights of a convolution. */
export function morletBank(bank: MorletBank): FloatTensor {
  const { orientations, side } = bank
  const area = side * side
  const data = new Float32Array(2 * orientations * area)
  for (let k = 0; k < orientations; k++) {
    const { real, imaginary } = morlet(bank, (Math.PI * k) / orientations)
    data.set(real, k * area)
    data.set(imaginary, (orientations + k) * area)
  }
  return floats([2 * orientations, 1, side, side], data)
}

/** g(x) (exp(i f u) − c) / Σ g, where u runs along `angle` and c makes the sum zero. */
function morlet({ side, sigma, sigmaAcross, frequency }: MorletBank, angle: number) {
  const positions = Array.from({ length: side * side }, (_, k) => {
    const x = (k % side) - (side - 1) / 2
    const y = Math.floor(k / side) - (side - 1) / 2
    return {
      along: x * Math.cos(angle) + y * Math.sin(angle),
      across: y * Math.cos(angle) - x * Math.sin(angle),
    }
  })
  const gaussian = positions.map(({ along, across }) =>
    Math.exp(-((along / sigma) ** 2 + (across / sigmaAcross) ** 2) / 2),
  )
  const total = gaussian.reduce((sum, value) => sum + value, 0)
  const wave = (part: (phase: number) => number) => {
    const values = positions.map(({ along }, k) => gaussian[k] * part(frequency * along))
    const mean = values.reduce((sum, value) => sum + value, 0) / total
    return values.map((value, k) => (value - gaussian[k] * mean) / total)
  }
  return { real: wave(Math.cos), imaginary: wave(Math.sin) }
}
