// How far apart two views stand as wholes: a space may rank well and yet keep each sense in a corner of its own, so
// that hits of two senses cannot be told in one list.

/**
 * The modality gap ‖mean of a − mean of b‖ (Liang et al., "Mind the gap", NeurIPS 2022, section 2.1); 0 to 2 for unit
 * rows, 0 where their means are one.
 *
 * @param a `[items, dim]`, unit rows, at least one
 * @param b likewise
 */
export function modalityGap(a: Float32Array, b: Float32Array, dim: number): number {
  const [x, y] = [meanRow(a, dim), meanRow(b, dim)]
  return Math.hypot(...x.map((value, j) => value - y[j]))
}

function meanRow(rows: Float32Array, dim: number): Float64Array {
  const sum = new Float64Array(dim)
  for (let at = 0; at < rows.length; at++) sum[at % dim] += rows[at]
  return sum.map((value) => (value * dim) / rows.length)
}
