// A dataset whose rows are in memory and whose items are read from a folder when asked for.

import type { Folder } from '../platform/files.ts'
import { tooLarge } from '../platform/map-folder.ts'
import type { Dataset, Problem, Row, View } from '../spec/dataset.ts'
import type { ItemFile, RawItem } from '../spec/encoder.ts'
import { asTongganError, TongganError } from '../spec/errors.ts'
import type { Features } from '../spec/features.ts'
import { modalityOfView, type ViewName } from '../spec/modality.ts'
import { meaningOfCell } from './cell.ts'
import { readNpyRows } from './npy-features.ts'

export interface TableDatasetParts extends Pick<Dataset, 'name' | 'rows' | 'views' | 'problems' | 'splits'> {
  readonly folder: Folder
  readonly maxItemBytes?: number
}

export class TableDataset implements Dataset {
  readonly name: string
  readonly rows: readonly Row[]
  readonly views: readonly View[]
  readonly problems: readonly Problem[]
  readonly splits: Dataset['splits']
  readonly #folder: Folder
  readonly #maxItemBytes: number | undefined

  constructor({ name, rows, views, problems, splits, folder, maxItemBytes }: TableDatasetParts) {
    this.name = name
    this.rows = rows
    this.views = views
    this.problems = problems
    this.splits = splits
    this.#folder = folder
    this.#maxItemBytes = maxItemBytes
  }

  async read(row: Row, view: ViewName): Promise<RawItem> {
    const cell = row.cells[view]
    const modality = modalityOfView(view)
    if (cell === undefined || !modality) throw noItem(row, view)
    const meaning = meaningOfCell(modality, cell)
    if (meaning.kind === 'words') return meaning
    if (meaning.kind === 'npy') throw noItem(row, view)
    try {
      const bytes = await this.#folder.read(meaning.path, this.#maxItemBytes)
      return { kind: 'file', bytes, name: meaning.path }
    } catch (error) {
      const facts = { operation: `read ${view}`, row: row.number, path: meaning.path }
      throw asTongganError(error, 'unreadable-item', facts).with(facts)
    }
  }

  async open(row: Row, view: ViewName): Promise<ItemFile> {
    const cell = row.cells[view]
    const modality = modalityOfView(view)
    const meaning = cell !== undefined && modality ? meaningOfCell(modality, cell) : undefined
    if (meaning?.kind !== 'file') throw noItem(row, view)
    const { path } = meaning
    try {
      const { size, read, close } = await this.#folder.open(path)
      if (this.#maxItemBytes !== undefined && size > this.#maxItemBytes) {
        await close()
        throw tooLarge(path, size, this.#maxItemBytes)
      }
      return { name: path, size, read, close }
    } catch (error) {
      const facts = { operation: `read ${view}`, row: row.number, path }
      throw asTongganError(error, 'unreadable-item', facts).with(facts)
    }
  }

  async readPrecomputed(
    view: ViewName,
  ): Promise<{ features: Features; rows: Int32Array; problems: Problem[] }> {
    const cells = this.rows.flatMap((row, index) => {
      const cell = row.cells[view]
      const meaning = cell === undefined ? undefined : meaningOfCell(modalityOfView(view)!, cell)
      return meaning?.kind === 'npy'
        ? [{ index, number: row.number, path: meaning.path, name: meaning.name, row: meaning.row }]
        : []
    })
    return readNpyRows(this.#folder, view, cells)
  }
}

function noItem(row: Row, view: ViewName): TongganError {
  return new TongganError('wrong-usage', {
    operation: `read ${view}`,
    row: row.number,
    expected: 'a cell with an item of its own',
    received: row.cells[view] ?? 'an empty cell',
  })
}
