// The k largest of a row, without sorting the row: what a search would show first.

/** One of the leading items of a query. */
export interface Leading {
  readonly position: number
  readonly similarity: number
}

/**
 * The `k` largest of `similarities`, largest first, of equal ones the lowest position first, as an index gives them;
 * all where there are fewer. Costs O(gallery + k² log gallery) on rows in random order.
 *
 * @param leftOut positions, ascending, that take no part
 * @example
 * leading([0.1, 0.9, 0.5], 2) // [{ position: 1, similarity: 0.9 }, { position: 2, similarity: 0.5 }]
 */
export function leading(
  similarities: ArrayLike<number>,
  k: number,
  leftOut: readonly number[] = [],
): Leading[] {
  const best: Leading[] = []
  let skip = 0
  for (let position = 0; position < similarities.length; position++) {
    if (leftOut[skip] === position) {
      skip++
      continue
    }
    const similarity = similarities[position]
    if (best.length === k && similarity <= best[k - 1].similarity) continue
    let place = best.length
    while (place > 0 && best[place - 1].similarity < similarity) place--
    best.splice(place, 0, { position, similarity })
    if (best.length > k) best.pop()
  }
  return best
}
