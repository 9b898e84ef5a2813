// Area under the receiver operating characteristic: how well one number tells two kinds apart, whatever threshold
// one would take.

/**
 * The probability that one of `inside` scores above one of `outside`, ties counting half (Mann & Whitney 1947).
 * 1: told apart without error, 0.5: not at all. NaN where either is empty.
 *
 * @example
 * auroc([3, 2], [1, 2]) // 0.875
 */
export function auroc(inside: ArrayLike<number>, outside: ArrayLike<number>): number {
  const sorted = Float64Array.from(outside).sort()
  let above = 0
  for (let i = 0; i < inside.length; i++) {
    above += (countBelow(sorted, inside[i], false) + countBelow(sorted, inside[i], true)) / 2
  }
  return above / (inside.length * outside.length)
}

/** How many of the ascending `values` are below `limit`, or at most as large where `orEqual`. */
function countBelow(values: Float64Array, limit: number, orEqual: boolean): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] < limit || (orEqual && values[middle] === limit)) low = middle + 1
    else high = middle
  }
  return low
}
