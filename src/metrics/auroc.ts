// Area under the receiver operating characteristic: how well one number tells two kinds apart, whatever threshold
// one would take.

import { countAtMost } from '../spec/count-at-most.ts'

/**
 * The probability that one of `inside` scores above one of `outside`, ties counting half (Mann & Whitney 1947).
 * 1: told apart without error, 0.5: not at all. NaN where either is empty.
 *
 * @example
 * auroc([3, 2], [1, 2]) // 0.875
 */
export function auroc(inside: ArrayLike<number>, outside: ArrayLike<number>): number {
  const pairs = inside.length * outside.length
  const notLost = pairsAtMost(outside, inside)
  const notWon = pairsAtMost(inside, outside)
  return (notLost + pairs - notWon) / (2 * pairs)
}

/** In how many pairs the one of `others` is at most the one of `limits`. */
function pairsAtMost(others: ArrayLike<number>, limits: ArrayLike<number>): number {
  const sorted = Float64Array.from(others).sort()
  let count = 0
  for (let i = 0; i < limits.length; i++) count += countAtMost(sorted, limits[i])
  return count
}
