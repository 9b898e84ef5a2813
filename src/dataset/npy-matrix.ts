// A matrix in a `.npy` file, read by rows: those asked for and no others, neighbours in one read. A matrix in Fortran
// order has its rows scattered over the whole file; it is read once and kept.

import type { Folder } from '../platform/files.ts'
import { maxFeatureDim } from '../spec/features.ts'
import { badNpy, maxHeaderBytes, type NpyHeader, parseNpyHeader } from './npy-format.ts'

/** Gaps of up to so many bytes are read over rather than skipped. */
const maxGapBytes = 2 ** 14
const maxFortranBytes = 2 ** 31

export class NpyMatrix {
  readonly path: string
  readonly rows: number
  readonly dim: number
  readonly #folder: Folder
  readonly #header: NpyHeader
  #transposed: Promise<Float32Array> | undefined

  /** @throws TongganError `bad-features`, or as `Folder.open` */
  static async open(folder: Folder, path: string): Promise<NpyMatrix> {
    const file = await folder.open(path)
    try {
      const header = parseNpyHeader(await file.read(0, Math.min(file.size, maxHeaderBytes)), path)
      const [rows, dim] = header.shape.length === 1 ? [1, header.shape[0]] : header.shape
      if (header.shape.length < 1 || header.shape.length > 2) {
        throw badNpy(path, 'a matrix [rows, width]', `shape [${header.shape.join(', ')}]`)
      }
      if (dim < 1 || dim > maxFeatureDim)
        throw badNpy(path, `1 to ${maxFeatureDim} numbers a row`, String(dim))
      const bytes = rows * dim * header.itemBytes
      if (file.size - header.dataStart < bytes) {
        const received = `${file.size - header.dataStart}: the file is cut off`
        throw badNpy(path, `${bytes} bytes for shape [${header.shape.join(', ')}]`, received)
      }
      if (header.fortranOrder && bytes > maxFortranBytes) {
        const remedy = 'save it in C order: np.save(path, np.ascontiguousarray(matrix))'
        throw badNpy(path, `at most ${maxFortranBytes} bytes in Fortran order`, String(bytes), remedy)
      }
      return new NpyMatrix(folder, path, rows, dim, header)
    } finally {
      await file.close()
    }
  }

  private constructor(folder: Folder, path: string, rows: number, dim: number, header: NpyHeader) {
    this.path = path
    this.rows = rows
    this.dim = dim
    this.#folder = folder
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
    const file = await this.#folder.open(this.path)
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
    const file = await this.#folder.open(this.path)
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
