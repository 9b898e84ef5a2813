// Seeded randomness: one generator (xoroshiro128+, Blackman & Vigna 2018, from `pure-rand`) and the few
// distributions that fitting draws from. The same seed gives the same numbers on every machine.

import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>

  /** `stream` keeps draws for different purposes apart under one seed. */
  constructor(seed: number, stream = 0) {
    this.#generator = xoroshiro128plus((seed ^ Math.imul(stream + 1, 0x9e3779b9)) | 0)
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return uniformFloat32(this.#generator)
  }

  /** Uniform integer in [0, below). */
  integer(below: number): number {
    return uniformInt(this.#generator, 0, below - 1)
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }

  /** `size` standard normals. */
  normals(size: number): Float32Array {
    const out = new Float32Array(size)
    for (let i = 0; i < size; i++) out[i] = this.normal()
    return out
  }

  /** Gamma with this shape > 0 and scale 1 (Marsaglia & Tsang 2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape)
    const d = shape - 1 / 3
    for (;;) {
      const x = this.normal()
      const v = (1 + x / Math.sqrt(9 * d)) ** 3
      if (v > 0 && Math.log(1 - this.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v
    }
  }

  /** Beta(alpha, beta), both > 0. */
  beta(alpha: number, beta = alpha): number {
    const a = this.gamma(alpha)
    return a / (a + this.gamma(beta))
  }

  /** A random order of 0 … count - 1 (Fisher & Yates). */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i)
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const kept = order[i]
      order[i] = order[j]
      order[j] = kept
    }
    return order
  }

  /** `size` different numbers below `count`, ascending; all of them where `size ≥ count`. */
  sample(count: number, size: number): Int32Array {
    return this.permutation(count).subarray(0, Math.min(size, count)).sort()
  }
}
