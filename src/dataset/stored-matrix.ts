// A matrix whose numbers stand one after another in a file, or in a part of one, read by rows: those asked for and no
// others, neighbours in one read. A matrix in Fortran order has its rows scattered over all of it; it is read once and
// kept.

import type { OpenFile } from '../platform/files.ts'
import { maxFeatureDim } from '../spec/features.ts'
import type { FeatureMatrix } from './feature-matrix.ts'
import { badMatrix, maxHeaderBytes, type NpyHeader, parseNpyHeader } from './npy-format.ts'

/** Gaps of up to so many bytes are read over rather than skipped. */
const maxGapBytes = 2 ** 14
const maxFortranBytes = 2 ** 31

/** Opens the bytes that a layout counts in. */
export type OpenBytes = () => Promise<OpenFile>

export class StoredMatrix implements FeatureMatrix {
  readonly path: string
  readonly rows: number
  readonly dim: number
  readonly #open: OpenBytes
  readonly #header: NpyHeader
  #transposed: Promise<Float32Array> | undefined

  /** The matrix of a `.npy`. @throws TongganError `bad-features`, or as `Folder.open` */
  static async ofNpy(open: OpenBytes, path: string): Promise<StoredMatrix> {
    const file = await open()
    try {
      const header = parseNpyHeader(await file.read(0, Math.min(file.size, maxHeaderBytes)), path)
      return new StoredMatrix(open, path, header, file.size)
    } finally {
      await file.close()
    }
  }

  /** @param size bytes in all. @throws TongganError `bad-features` */
  constructor(open: OpenBytes, path: string, header: NpyHeader, size: number) {
    const { shape, dataStart, itemBytes } = header
    const [rows, dim] = shape.length === 1 ? [1, shape[0]] : shape
    if (shape.length < 1 || shape.length > 2) {
      throw badMatrix(path, 'a matrix [rows, width]', `shape [${shape.join(', ')}]`)
    }
    if (!(dim >= 1 && dim <= maxFeatureDim))
      throw badMatrix(path, `1 to ${maxFeatureDim} numbers a row`, String(dim))
    const bytes = rows * dim * itemBytes
    if (size - dataStart < bytes) {
      const received = `${size - dataStart}: the file is cut off`
      throw badMatrix(path, `${bytes} bytes for shape [${shape.join(', ')}]`, received)
    }
    if (header.fortranOrder && bytes > maxFortranBytes) {
      const remedy = 'save it in C order: np.save(path, np.ascontiguousarray(matrix))'
      throw badMatrix(path, `at most ${maxFortranBytes} bytes in Fortran order`, String(bytes), remedy)
    }
    this.path = path
    this.rows = rows
    this.dim = dim
    this.#open = open
    this.#header = header
  }

  /** Rows in the order asked for, `[wanted.length, dim] float32`. */
  async read(wanted: readonly number[]): Promise<Float32Array> {
    const { dim } = this
    const data = new Float32Array(wanted.length * dim)
    if (this.#header.fortranOrder && this.rows > 1) {
      this.#transposed ??= this.#readTransposed()
      const all = await this.#transposed
      wanted.forEach((row, i) => {
        data.set(all.subarray(row * dim, (row + 1) * dim), i * dim)
      })
      return data
    }
    const { dataStart, itemBytes, toFloat32 } = this.#header
    const rowBytes = dim * itemBytes
    const positions = Array.from(wanted, (_, i) => i).sort((a, b) => wanted[a] - wanted[b])
    const file = await this.#open()
    try {
      for (let from = 0; from < positions.length; ) {
        let to = from + 1
        while (
          to < positions.length &&
          gap(wanted[positions[to - 1]], wanted[positions[to]], rowBytes) <= maxGapBytes
        )
          to++
        const first = wanted[positions[from]]
        const last = wanted[positions[to - 1]]
        const run = toFloat32(
          await file.read(dataStart + first * rowBytes, dataStart + (last + 1) * rowBytes),
        )
        for (const i of positions.slice(from, to)) {
          data.set(run.subarray((wanted[i] - first) * dim, (wanted[i] - first + 1) * dim), i * dim)
        }
        from = to
      }
      return data
    } finally {
      await file.close()
    }
  }

  async #readTransposed(): Promise<Float32Array> {
    const { rows, dim } = this
    const { dataStart, itemBytes, toFloat32 } = this.#header
    const file = await this.#open()
    try {
      const all = new Float32Array(rows * dim)
      for (let column = 0; column < dim; column++) {
        const start = dataStart + column * rows * itemBytes
        const values = toFloat32(await file.read(start, start + rows * itemBytes))
        for (let row = 0; row < rows; row++) all[row * dim + column] = values[row]
      }
      return all
    } finally {
      await file.close()
    }
  }
}

function gap(row: number, next: number, rowBytes: number): number {
  return Math.max(0, next - row - 1) * rowBytes
}
