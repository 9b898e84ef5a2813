// The essay's small program: two modalities, each normalised to sum 1, averaged into one aligned point. It is the
// shared semantic space in its smallest form, with the senses' axes taken to mean the same already; a fitted space
// learns those axes (`fitSpace`). Sum 1 rather than length 1: the numbers read as shares of attention.

import { TongganError } from '../spec/errors.ts'

/** What one channel of sense says of a thing, as weights of features that all modalities name alike. */
export interface Modality {
  readonly name: string
  /** `[features]`, finite, none negative, not all zero. */
  readonly features: readonly number[]
}

/**
 * Weights as shares of their sum: `x[k] / Σ x`, which sums to 1.
 *
 * @throws TongganError `not-finite`, or `bad-features` where a weight is negative or there is nothing but zeros
 * @example
 * normalize([0.7, 0.4, 0.1]) // [0.583, 0.333, 0.083]
 */
export function normalize(features: readonly number[]): number[] {
  const wrong = features.find((weight) => !(weight >= 0 && weight < Infinity))
  if (wrong !== undefined) {
    throw new TongganError(Number.isFinite(wrong) ? 'bad-features' : 'not-finite', {
      operation: 'normalize',
      expected: 'finite weights of 0 or more',
      received: String(wrong),
    })
  }
  // Over the largest first, so that neither huge nor tiny weights leave the range of a number.
  const largest = features.reduce((most, weight) => Math.max(most, weight), 0)
  if (largest === 0) {
    throw new TongganError('bad-features', {
      operation: 'normalize',
      expected: 'a weight above 0',
      received: features.length === 0 ? 'no weights' : 'zeros only',
    })
  }
  const scaled = features.map((weight) => weight / largest)
  const sum = scaled.reduce((total, weight) => total + weight)
  return scaled.map((weight) => weight / sum)
}

/**
 * The aligned point of what several modalities say of one thing: the mean of their normalised features.
 * It sums to 1, too, and does not depend on the order of the modalities nor on how loud each of them is.
 *
 * @throws TongganError `shape-mismatch` where they have different lengths, and what `normalize` throws
 * @example
 * alignModalities(
 *   { name: 'image', features: [0.9, 0.3, 0.2] },
 *   { name: 'text', features: [0.7, 0.4, 0.1] },
 * ) // [0.613, 0.274, 0.113]
 */
export function alignModalities(first: Modality, ...others: readonly Modality[]): number[] {
  const odd = others.find(({ features }) => features.length !== first.features.length)
  if (odd) {
    throw new TongganError('shape-mismatch', {
      operation: `align ${odd.name} with ${first.name}`,
      expected: `${first.features.length} features`,
      received: String(odd.features.length),
      remedy: 'let each feature mean the same in all modalities',
    })
  }
  const modalities = [first, ...others]
  const shares = modalities.map((modality) => sharesOf(modality))
  return first.features.map((_, k) => shares.reduce((sum, share) => sum + share[k], 0) / modalities.length)
}

function sharesOf({ name, features }: Modality): number[] {
  try {
    return normalize(features)
  } catch (error) {
    throw error instanceof TongganError ? error.with({ operation: `normalize ${name}` }) : error
  }
}
