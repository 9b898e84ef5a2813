// A matrix that its file holds in groups of rows which are decoded whole: row groups of Parquet, record batches of Arrow.
// Decoded groups are kept up to a bound, those used last.

import { countAtMost } from '../spec/count-at-most.ts'
import { maxFeatureDim } from '../spec/features.ts'
import { type FeatureMatrix, nameWithin } from './feature-matrix.ts'
import { badMatrix } from './npy-format.ts'

const maxKeptBytes = 2 ** 29

export interface RowGroup {
  readonly rows: number
  /** Each row's numbers; what is not a list of numbers is as the file has it. */
  load(): Promise<ArrayLike<unknown>>
}

export class GroupedMatrix implements FeatureMatrix {
  readonly path: string
  readonly rows: number
  readonly dim: number
  readonly #groups: readonly RowGroup[]
  /** The row that each group starts at. */
  readonly #starts: readonly number[]
  /** By group, the one used last at the end. */
  readonly #kept = new Map<number, Promise<ArrayLike<unknown>>>()

  constructor(path: string, dim: number, groups: readonly RowGroup[]) {
    this.path = path
    this.dim = dim
    this.#groups = groups
    let rows = 0
    this.#starts = groups.map((group) => {
      rows += group.rows
      return rows - group.rows
    })
    this.rows = rows
  }

  async read(wanted: readonly number[]): Promise<Float32Array> {
    const { dim } = this
    const data = new Float32Array(wanted.length * dim)
    const byGroup = Map.groupBy(wanted.keys(), (place) => this.#groupOf(wanted[place]))
    for (const [group, places] of [...byGroup].sort(([a], [b]) => a - b)) {
      const rows = await this.#load(group)
      for (const place of places) {
        const row = rows[wanted[place] - this.#starts[group]]
        data.set(numbersOf(row, dim), place * dim)
      }
    }
    return data
  }

  async describeOddRow(row: number): Promise<string | undefined> {
    const group = this.#groupOf(row)
    const found = (await this.#load(group))[row - this.#starts[group]]
    const list = listOf(found)
    if (!list) return found === null || found === undefined ? 'none' : 'something that is no list of numbers'
    return list.length === this.dim ? undefined : `a list of ${list.length} numbers`
  }

  #groupOf(row: number): number {
    return countAtMost(this.#starts, row) - 1
  }

  #load(group: number): Promise<ArrayLike<unknown>> {
    const rows = this.#kept.get(group) ?? this.#groups[group].load()
    rows.catch(() => this.#kept.delete(group))
    this.#kept.delete(group)
    this.#kept.set(group, rows)
    for (const [oldest] of this.#kept) {
      if (this.#keptBytes() <= maxKeptBytes || oldest === group) break
      this.#kept.delete(oldest)
    }
    return rows
  }

  #keptBytes(): number {
    return [...this.#kept.keys()].reduce((sum, group) => sum + this.#groups[group].rows * this.dim * 4, 0)
  }
}

/** The row's numbers; NaN all over where there are too few or too many, or they are none, so that the row is refused. */
function numbersOf(row: unknown, dim: number): ArrayLike<number> {
  const list = listOf(row) ?? []
  if (list.length !== dim) return new Float32Array(dim).fill(Number.NaN)
  return Float32Array.from(list, (value) =>
    typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN,
  )
}

/** A row's list; undefined where it is none. */
export function listOf(row: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(row)) return row
  return ArrayBuffer.isView(row) && !(row instanceof DataView)
    ? (row as unknown as ArrayLike<unknown>)
    : undefined
}

/** The width of the first list among the rows of a group. @throws TongganError `bad-features` where there is none */
export function widthOf(path: string, rows: ArrayLike<unknown>): number {
  for (let row = 0; row < rows.length; row++) {
    const list = listOf(rows[row])
    if (!list) continue
    if (list.length >= 1 && list.length <= maxFeatureDim) return list.length
    throw badMatrix(path, `1 to ${maxFeatureDim} numbers a row`, String(list.length))
  }
  throw badMatrix(path, 'lists of numbers', 'none among the first rows')
}

/** The column that is meant. @throws TongganError `bad-features` */
export function columnWithin(
  path: string,
  lists: readonly string[],
  others: readonly string[],
  asked: string | undefined,
): string {
  if (asked !== undefined && others.includes(asked)) {
    throw badMatrix(`${path}#${asked}`, 'a column of lists of numbers', 'a column of another kind')
  }
  return nameWithin(path, lists, asked)
}
