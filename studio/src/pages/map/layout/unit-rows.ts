// Unit rows `[rows, dim]` in one buffer and their cosines. In plain typed arrays: the report has no ONNX Runtime with it,
// and what asks are a few hundred scattered pairs a point, not blocks.

export interface UnitRows {
  /** `[rows * dim]`, rows one after the other. */
  readonly data: Float32Array
  readonly rows: number
  readonly dim: number
}

/** The inner product of row `i` of one and row `j` of another: their cosine. */
export function cosine(a: UnitRows, i: number, b: UnitRows, j: number): number {
  const x = a.data
  const y = b.data
  let p = i * a.dim
  let q = j * a.dim
  const end = p + a.dim
  // Four sums that do not wait for each other.
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (const last = end - 3; p < last; p += 4, q += 4) {
    s0 += x[p] * y[q]
    s1 += x[p + 1] * y[q + 1]
    s2 += x[p + 2] * y[q + 2]
    s3 += x[p + 3] * y[q + 3]
  }
  for (; p < end; p++, q++) s0 += x[p] * y[q]
  return s0 + s1 + s2 + s3
}
