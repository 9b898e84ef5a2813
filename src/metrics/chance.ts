// What guessing scores: the expectation when the gallery comes in random order, exact.

/**
 * Expected average precision of one query under a random order.
 *
 * E[AP] = (H + (r - 1) / (n - 1) · (n - H)) / n with H = 1 + 1/2 + … + 1/n: rank k holds a right item with
 * probability r / n, and each rank before it then another with (r - 1) / (n - 1) (Bestgen, "Exact expected average
 * precision of the random baseline", 2015).
 *
 * @param gallery n, the items that are ranked
 * @param right r, 1 to n of them
 */
export function expectedAveragePrecision(gallery: number, right: number): number {
  if (gallery === 1) return 1
  const sum = harmonic(gallery)
  return (sum + ((right - 1) / (gallery - 1)) * (gallery - sum)) / gallery
}

let lastHarmonic = { upTo: 0, sum: 0 }

/** 1 + 1/2 + … + 1/n. One evaluation asks for one n many times. */
function harmonic(n: number): number {
  if (lastHarmonic.upTo !== n) {
    let sum = 0
    for (let k = n; k >= 1; k--) sum += 1 / k
    lastHarmonic = { upTo: n, sum }
  }
  return lastHarmonic.sum
}
