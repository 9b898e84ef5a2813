// Morlet waves along one axis: a complex wave under a Gaussian, minus as much of the Gaussian as makes the sum zero,
// so that what does not change gives no answer (Andén & Mallat 2014, Deep Scattering Spectrum, section III).

export interface MorletWave {
  /** Cycles a sample; at most 0.5. */
  readonly frequency: number
  /** Width of the Gaussian in samples. */
  readonly sigma: number
}

/** The wave of one octave: a quarter of the sampling rate divided by `scale`, about two and a half cycles wide. */
export function octaveWave(scale: number): MorletWave {
  return { frequency: 0.25 / scale, sigma: 1.6 * scale }
}

/** The real and imaginary part at these distances from the centre; the Gaussian beneath has the sum 1 over all of them. */
export function morletWave({ frequency, sigma }: MorletWave, distances: readonly number[]) {
  const gaussian = gaussianWindow(sigma, distances)
  const wave = (part: (phase: number) => number) => {
    const values = distances.map((distance, k) => gaussian[k] * part(2 * Math.PI * frequency * distance))
    const sum = values.reduce((total, value) => total + value, 0)
    return values.map((value, k) => value - gaussian[k] * sum)
  }
  return { real: wave(Math.cos), imaginary: wave(Math.sin) }
}

/**
 * A Gaussian of sum 1 at these distances from its centre; zero past six widths, where it is below the rounding of
 * float32 beside its middle. Farther out it would have subnormal numbers, which processors multiply many times slower.
 */
export function gaussianWindow(sigma: number, distances: readonly number[]): number[] {
  const values = distances.map((distance) =>
    Math.abs(distance) > 6 * sigma ? 0 : Math.exp(-((distance / sigma) ** 2) / 2),
  )
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map((value) => value / sum)
}

/** `-reach … reach` in samples, three Gaussian widths to each side. */
export function windowOf(sigma: number): number[] {
  const reach = Math.ceil(3 * sigma)
  return Array.from({ length: 2 * reach + 1 }, (_, k) => k - reach)
}
