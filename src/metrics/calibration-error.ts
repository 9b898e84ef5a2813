// Whether probabilities mean what they say: of the answers given with 0.7, seven of ten should be right.

/** Answers that were given with about the same confidence. */
export interface ReliabilityBin {
  readonly count: number
  /** Their mean confidence. */
  readonly confidence: number
  /** The share of them that is right. */
  readonly right: number
}

/**
 * The answers in `bins` bins of equal width, 0 to 1, those that hold none left out (the reliability diagram).
 * @param confidences 0 to 1
 * @param right 1 where the answer is right, else 0
 */
export function reliability(
  confidences: ArrayLike<number>,
  right: ArrayLike<number>,
  bins = 10,
): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }))
  for (let i = 0; i < confidences.length; i++) {
    const bin = sums[Math.min(bins - 1, Math.floor(confidences[i] * bins))]
    bin.count++
    bin.confidence += confidences[i]
    bin.right += right[i]
  }
  return sums
    .filter(({ count }) => count > 0)
    .map(({ count, ...sum }) => ({ count, confidence: sum.confidence / count, right: sum.right / count }))
}

/**
 * Expected calibration error: |confidence − share right| of each bin, weighted by its answers (Naeini et al., AAAI 2015;
 * Guo et al., ICML 2017, eq. 3). 0 to 1, 0 is best; NaN of no answers. Few answers make it look worse than it is.
 */
export function expectedCalibrationError(
  confidences: ArrayLike<number>,
  right: ArrayLike<number>,
  bins = 10,
): number {
  const filled = reliability(confidences, right, bins)
  const off = filled.reduce((sum, bin) => sum + bin.count * Math.abs(bin.confidence - bin.right), 0)
  return off / confidences.length
}

/**
 * Mean of (confidence − right)² (Brier 1950): calibration and sharpness in one number. 0 is best, 0.25 is saying 0.5 always.
 */
export function brierScore(confidences: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < confidences.length; i++) sum += (confidences[i] - right[i]) ** 2
  return sum / confidences.length
}
