// Ranks that ties can only worsen: among equal similarities every wrong item stands before every right one, so an
// embedding that says the same of everything earns nothing by luck. Recall, median rank and average precision all
// follow from these ranks.

/**
 * The ranks of the right items of one query, ascending, counted from 1.
 *
 * The j-th best right item (j from 1) has rank j + the number of wrong items that are at least as similar.
 * Costs O(gallery · log right); the gallery is never sorted.
 *
 * @param similarities `[gallery]`, finite
 * @param right positions of the right items in the gallery, each once
 */
export function pessimisticRanks(similarities: Float32Array, right: ArrayLike<number>): Int32Array {
  const found = new Float32Array(right.length)
  const isRight = new Uint8Array(similarities.length)
  for (let j = 0; j < right.length; j++) {
    found[j] = similarities[right[j]]
    isRight[right[j]] = 1
  }
  found.sort()
  // `passed[j]`: wrong items that are at least as similar as the j smallest right ones, and no more of them
  const passed = new Int32Array(right.length + 1)
  for (let position = 0; position < similarities.length; position++) {
    if (!isRight[position]) passed[countAtMost(found, similarities[position])]++
  }
  const ranks = new Int32Array(right.length)
  for (let j = 1, wrong = 0; j <= right.length; j++) {
    wrong += passed[right.length - j + 1]
    ranks[j - 1] = j + wrong
  }
  return ranks
}

/** The mean over the right items of the precision at their rank; 0 to 1. `ranks` ascending, at least one. */
export function averagePrecision(ranks: ArrayLike<number>): number {
  let sum = 0
  for (let j = 0; j < ranks.length; j++) sum += (j + 1) / ranks[j]
  return sum / ranks.length
}

/** How many of the ascending `values` are at most `limit`. */
function countAtMost(values: Float32Array, limit: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] <= limit) low = middle + 1
    else high = middle
  }
  return low
}
