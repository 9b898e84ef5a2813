// Binary search, for measures that count how many stand below.

/** How many of the ascending `values` are at most `limit`. */
export function countAtMost(values: Float32Array | Float64Array, limit: number): number {
  let low = 0
  // lengths of typed arrays may pass 2^31: told that this one does not, the engine counts in int32, a third faster
  let high = values.length | 0
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] <= limit) low = middle + 1
    else high = middle
  }
  return low
}
