// The two things that a contrastive space trades: positives close together (alignment), everything else spread over the
// sphere (uniformity). Wang & Isola, "Understanding contrastive representation learning through alignment and uniformity
// on the hypersphere", ICML 2020, with their α = 2 and t = 2. Both from cosines, since ‖x − y‖² = 2 − 2·cos of unit rows.

/**
 * Mean of ‖x − y‖² over positive pairs; 0 (one point) to 4 (opposite), smaller is better. NaN of none.
 * @param cosines of the positive pairs
 */
export function alignment(cosines: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < cosines.length; i++) sum += 2 - 2 * cosines[i]
  return sum / cosines.length
}

/**
 * log of the mean of exp(−2‖x − y‖²) over pairs of different items; -8 to 0, smaller is better: 0 where all are one point.
 * NaN of none.
 * @param cosines of all pairs, or of a sample
 */
export function uniformity(cosines: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < cosines.length; i++) sum += Math.exp(-4 * (1 - cosines[i]))
  return Math.log(sum / cosines.length)
}
