// A matrix here is its dims and its row-major float32 values. Large products run in ONNX Runtime (space/), the
// few hundred rows of a dense factorisation run in `ml-matrix` (symmetric-eigen.ts, orthonormalise.ts).

import { type FloatTensor, floats } from '../spec/tensor.ts'

export interface Matrix {
  readonly rows: number
  readonly cols: number
  /** `[rows, cols]`, row-major. */
  readonly data: Float32Array
}

/** A matrix of these dims; zeros where no data are given. */
export function matrix(
  rows: number,
  cols: number,
  data: Float32Array = new Float32Array(rows * cols),
): Matrix {
  if (data.length !== rows * cols)
    throw new RangeError(`matrix: ${rows} × ${cols} holds ${rows * cols} values, got ${data.length}`)
  return { rows, cols, data }
}

/** The same numbers as a tensor `[rows, cols]`; nothing is copied. */
export function asTensor({ rows, cols, data }: Matrix): FloatTensor {
  return floats([rows, cols], data)
}

/** Rows `order[0], order[1], …` of `source`. */
export function takeRows({ cols, data }: Matrix, order: ArrayLike<number>): Matrix {
  const out = matrix(order.length, cols)
  for (let i = 0; i < order.length; i++) {
    out.data.set(data.subarray(order[i] * cols, (order[i] + 1) * cols), i * cols)
  }
  return out
}

/** Columns `from … to - 1` of `source`. */
export function takeCols(source: Matrix, from: number, to: number): Matrix {
  const out = matrix(source.rows, to - from)
  for (let row = 0; row < source.rows; row++) {
    out.data.set(source.data.subarray(row * source.cols + from, row * source.cols + to), row * out.cols)
  }
  return out
}

export function transpose(source: Matrix): Matrix {
  const out = matrix(source.cols, source.rows)
  for (let row = 0; row < source.rows; row++) {
    for (let col = 0; col < source.cols; col++) {
      out.data[col * source.rows + row] = source.data[row * source.cols + col]
    }
  }
  return out
}

/** `source` with column j multiplied by `factors[j]`. */
export function scaleCols(source: Matrix, factors: ArrayLike<number>): Matrix {
  const out = matrix(source.rows, source.cols)
  for (let i = 0; i < out.data.length; i++) out.data[i] = source.data[i] * factors[i % source.cols]
  return out
}

/** `source` with row i multiplied by `factors[i]`. */
export function scaleRows(source: Matrix, factors: ArrayLike<number>): Matrix {
  const out = matrix(source.rows, source.cols)
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = source.data[i] * factors[Math.floor(i / source.cols)]
  return out
}

/** Mean of each column, summed in float64: `[cols]`. */
export function columnMeans({ rows, cols, data }: Matrix): Float32Array {
  const sums = new Float64Array(cols)
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) sums[col] += data[row * cols + col]
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, rows))
}

/** Every row divided by its length; a row of zeros stays one. Changes `source` in place and gives it back. */
export function normaliseRows(source: Matrix): Matrix {
  const { rows, cols, data } = source
  for (let row = 0; row < rows; row++) {
    let squares = 0
    for (let col = 0; col < cols; col++) squares += data[row * cols + col] ** 2
    if (squares === 0) continue
    const factor = 1 / Math.sqrt(squares)
    for (let col = 0; col < cols; col++) data[row * cols + col] *= factor
  }
  return source
}
