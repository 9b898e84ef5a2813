// Ranks that ties can only worsen: among equal similarities every wrong item stands before every right one, so an
// embedding that says the same of everything earns nothing by luck. Recall, median rank and average precision all
// follow from these ranks.

import { countAtMost } from '../spec/count-at-most.ts'

/**
 * The ranks of the right items of one query, ascending, counted from 1.
 *
 * The j-th best right item (j from 1) has rank j + the number of wrong items that are at least as similar.
 * Costs O(gallery · log right), O(1) for an item that is less similar than every right one; the gallery is never sorted.
 *
 * @param similarities `[gallery]`, finite
 * @param right positions of the right items in the gallery, each once
 */
export function pessimisticRanks(similarities: Float32Array, right: ArrayLike<number>): Int32Array {
  if (right.length === 1) return Int32Array.of(countAtLeast(similarities, similarities[right[0]]))
  const found = new Float32Array(right.length)
  for (let j = 0; j < right.length; j++) found[j] = similarities[right[j]]
  found.sort()
  // `passed[j]`: wrong items that are at least as similar as the j smallest right ones, and no more of them. The right
  // ones are taken off first, since the loop over the gallery counts them, too
  const passed = new Int32Array(right.length + 1)
  for (let j = 0; j < right.length; j++) passed[countAtMost(found, found[j])]--
  const least = found[0]
  const size = similarities.length | 0 // as in `countAtMost`
  for (let position = 0; position < size; position++) {
    const similarity = similarities[position]
    if (similarity >= least) passed[countAtMost(found, similarity)]++
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

/** The rank of a single right item: itself and all that are at least as similar. */
function countAtLeast(similarities: Float32Array, own: number): number {
  const size = similarities.length | 0 // as in `countAtMost`
  let count = 0
  for (let position = 0; position < size; position++) {
    if (similarities[position] >= own) count++
  }
  return count
}
