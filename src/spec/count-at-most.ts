/** How many of the ascending `values`, fewer than 2^31, are at most `limit`: the place of the first that is above it. */
export function countAtMost(values: ArrayLike<number>, limit: number): number {
  let low = 0
  // lengths of typed arrays may pass 2^31: told that this one does not, the engine counts in int32, a third faster
  let high = values.length | 0
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] <= limit) low = middle + 1
    else high = middle
  }
  return low
}
