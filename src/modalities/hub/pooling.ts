// From what a tower says of every token to one row an item. The names are those of sentence-transformers
// (1_Pooling/config.json), whose definitions these are.

/** How tokens become one row. */
export type Pooling = 'mean' | 'cls' | 'max' | 'last' | 'mean-sqrt'

export const poolings: readonly Pooling[] = ['mean', 'cls', 'max', 'last', 'mean-sqrt']

/**
 * `states [items, tokens, dim]` and `mask [items, tokens]` of 0 or 1 → `[items, dim]`. Tokens whose mask is 0 do not
 * count. `mean-sqrt` divides the sum by the root of the number of tokens.
 */
export function pool(
  states: Float32Array,
  mask: ArrayLike<number | bigint>,
  [items, tokens, dim]: readonly [number, number, number],
  pooling: Pooling,
): Float32Array {
  const rows = new Float32Array(items * dim)
  for (let item = 0; item < items; item++) {
    const seen = Array.from({ length: tokens }, (_, t) => t).filter(
      (t) => Number(mask[item * tokens + t]) === 1,
    )
    const row = rows.subarray(item * dim, (item + 1) * dim)
    const token = (t: number) => states.subarray((item * tokens + t) * dim, (item * tokens + t + 1) * dim)
    if (pooling === 'cls') row.set(token(seen[0]))
    else if (pooling === 'last') row.set(token(seen.at(-1)!))
    else if (pooling === 'max') {
      row.fill(Number.NEGATIVE_INFINITY)
      for (const t of seen)
        token(t).forEach((value, k) => {
          if (value > row[k]) row[k] = value
        })
    } else {
      for (const t of seen)
        token(t).forEach((value, k) => {
          row[k] += value
        })
      const count = pooling === 'mean' ? seen.length : Math.sqrt(seen.length)
      row.forEach((value, k) => {
        row[k] = value / count
      })
    }
  }
  return rows
}

/** Rows of `dim` numbers to length 1, in place; a row of zeros stays. */
export function normaliseRows(rows: Float32Array, dim: number): Float32Array {
  for (let start = 0; start < rows.length; start += dim) {
    const row = rows.subarray(start, start + dim)
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    if (norm > 0) for (let k = 0; k < dim; k++) row[k] /= norm
  }
  return rows
}
