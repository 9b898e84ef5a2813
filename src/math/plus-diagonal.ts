// A multiple of the identity added to a square matrix.

import { type Matrix, matrix } from './matrix.ts'

/** A + value·I, `[n, n]`; `A` itself stays as it is. */
export function plusDiagonal({ rows, cols, data }: Matrix, value: number): Matrix {
  const out = matrix(rows, cols, data.slice())
  for (let i = 0; i < rows; i++) out.data[i * cols + i] += value
  return out
}
