// A matrix inside JSON: its dims and its float32 values, little-endian, in base64. Exact, and a third of the size of
// decimal digits.

import { type Matrix, matrix } from '../math/matrix.ts'
import { TongganError } from '../spec/errors.ts'

export interface PackedMatrix {
  readonly rows: number
  readonly cols: number
  /** Row-major float32, little-endian, base64. */
  readonly float32: string
}

const chunk = 0x6000

export function packMatrix({ rows, cols, data }: Matrix): PackedMatrix {
  const bytes = new Uint8Array(data.length * 4)
  const view = new DataView(bytes.buffer)
  data.forEach((value, i) => {
    view.setFloat32(4 * i, value, true)
  })
  let text = ''
  for (let at = 0; at < bytes.length; at += chunk) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + chunk)))
  }
  return { rows, cols, float32: text }
}

/** @throws TongganError `shape-mismatch` where the values are not as many as the dims say */
export function unpackMatrix(packed: PackedMatrix): Matrix {
  const known = unpacked.get(packed)
  if (known) return known
  const { rows, cols, float32 } = packed
  const text = atob(float32)
  if (text.length !== rows * cols * 4) {
    throw new TongganError('shape-mismatch', {
      operation: 'read a classifier',
      expected: `${rows * cols * 4} bytes for [${rows}, ${cols}]`,
      received: String(text.length),
      remedy: 'learn it again, or fetch an unchanged copy',
    })
  }
  const view = new DataView(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer)
  const data = Float32Array.from({ length: rows * cols }, (_, i) => view.getFloat32(4 * i, true))
  const result = matrix(rows, cols, data)
  unpacked.set(packed, result)
  return result
}

/** Read once, used for every chunk of items. */
const unpacked = new WeakMap<PackedMatrix, Matrix>()
