// Precomputed features: rows of matrices, which stay in their files and are read by chunks.

import type { Folder } from '../platform/files.ts'
import type { Problem } from '../spec/dataset.ts'
import { asTongganError, TongganError } from '../spec/errors.ts'
import type { FeatureChunk, Features } from '../spec/features.ts'
import type { ViewName } from '../spec/modality.ts'
import type { FeatureMatrix } from './feature-matrix.ts'
import { badMatrix } from './npy-format.ts'
import { openMatrix } from './open-matrix.ts'
import { rowOrder } from './row-order.ts'

/** One cell `features:PATH#NAME#ROW`: which row of the dataset it is in, and which row of the matrix it names. */
export interface NpyCell {
  /** Index into the dataset's rows. */
  readonly index: number
  /** The row's number, for messages. */
  readonly number: number
  readonly path: string
  /** Of the matrix within the file. */
  readonly name?: string
  readonly row: number
}

/**
 * The features that the cells of one view name. Rows that are missing or not finite are left out and reported.
 * @throws TongganError `bad-features` where matrices differ in width
 */
export async function readNpyRows(
  folder: Folder,
  view: ViewName,
  cells: readonly NpyCell[],
): Promise<{ features: Features; rows: Int32Array; problems: Problem[] }> {
  const problems: Problem[] = []
  const leaveOut = ({ number, path }: NpyCell, error: unknown) => {
    const facts = { operation: `read ${view}`, row: number, path }
    const known = asTongganError(error, 'bad-features', facts)
    const remedy = known.facts.remedy ?? 'mend the matrix, or leave the cell empty'
    problems.push({ row: number, view, error: known.with({ remedy }) })
  }
  const matrices = new Map<string, Promise<FeatureMatrix>>()
  const found: { cell: NpyCell; matrix: FeatureMatrix }[] = []
  for (const cell of cells) {
    const key = JSON.stringify([cell.path, cell.name])
    if (!matrices.has(key)) matrices.set(key, openMatrix(folder, cell.path, cell.name))
    try {
      const matrix = await matrices.get(key)!
      if (cell.row >= matrix.rows)
        throw badMatrix(cell.path, `a row from 0 to ${matrix.rows - 1}`, String(cell.row))
      requireEqualWidth(view, found[0]?.matrix ?? matrix, matrix)
      found.push({ cell, matrix })
    } catch (error) {
      if (error instanceof WidthsDiffer) throw error.cause
      leaveOut(cell, error)
    }
  }
  const everything = new NpyFeatures(found.map(({ cell, matrix }) => ({ matrix, row: cell.row })))
  const finite: typeof found = []
  let at = 0
  for await (const { data, rows, dim } of everything.chunks()) {
    for (let r = 0; r < rows; r++, at++) {
      const bad = data.subarray(r * dim, (r + 1) * dim).find((value) => !Number.isFinite(value))
      if (bad === undefined) finite.push(found[at])
      else leaveOut(found[at].cell, await oddRow(view, found[at], dim, bad))
    }
  }
  return {
    features: new NpyFeatures(finite.map(({ cell, matrix }) => ({ matrix, row: cell.row }))),
    rows: Int32Array.from(finite, ({ cell }) => cell.index),
    problems,
  }
}

/** Rows of matrices of equal width. */
export class NpyFeatures implements Features {
  readonly count: number
  readonly dim: number
  readonly kind = 'dense'
  readonly #rows: readonly { readonly matrix: FeatureMatrix; readonly row: number }[]

  constructor(rows: readonly { matrix: FeatureMatrix; row: number }[]) {
    this.#rows = rows
    this.count = rows.length
    this.dim = rows[0]?.matrix.dim ?? 0
  }

  async *chunks(
    options?: Parameters<Features['chunks']>[0],
  ): AsyncGenerator<Extract<FeatureChunk, { kind: 'dense' }>> {
    const { dim } = this
    for (const items of rowOrder(this.count, options)) {
      const data = new Float32Array(items.length * dim)
      const places = Map.groupBy(
        items.map((item, place) => ({ ...this.#rows[item], place })),
        ({ matrix }) => matrix,
      )
      for (const [matrix, wanted] of places) {
        const rows = await matrix.read(wanted.map(({ row }) => row))
        wanted.forEach(({ place }, i) => {
          data.set(rows.subarray(i * dim, (i + 1) * dim), place * dim)
        })
      }
      yield { kind: 'dense', rows: items.length, dim, data }
    }
  }
}

/** Stops the reading of a view, unlike what is wrong with one row. */
class WidthsDiffer extends Error {}

function requireEqualWidth(view: ViewName, first: FeatureMatrix, matrix: FeatureMatrix): void {
  if (first.dim === matrix.dim) return
  throw new WidthsDiffer('widths differ', {
    cause: new TongganError('bad-features', {
      operation: `read ${view}`,
      path: matrix.path,
      expected: `rows of ${first.dim}, as ${first.path} has`,
      received: `rows of ${matrix.dim}`,
      remedy: 'put features of another encoder into a view of their own',
    }),
  })
}

async function oddRow(
  view: ViewName,
  { cell, matrix }: { cell: NpyCell; matrix: FeatureMatrix },
  dim: number,
  value: number,
): Promise<TongganError> {
  const { path, row } = cell
  const operation = `read ${view}`
  const odd = await matrix.describeOddRow?.(row)
  if (odd !== undefined) {
    const received = `${odd} in row ${row} of ${matrix.path}`
    return new TongganError('bad-features', { operation, path, expected: `rows of ${dim} numbers`, received })
  }
  const received = `${value} in row ${row} of the matrix`
  return new TongganError('not-finite', { operation, path, expected: 'finite numbers', received })
}
