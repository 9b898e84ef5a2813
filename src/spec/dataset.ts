// A dataset is a table: a row is a thing, a cell of a view is an item. Encoding keeps the rows and adds features.

import type { EncoderRecord, ItemFile, RawItem } from './encoder.ts'
import type { TongganError } from './errors.ts'
import type { Features } from './features.ts'
import type { ModalityName, ViewName } from './modality.ts'

export const splitNames = ['train', 'val', 'test'] as const
/** What a row is for. */
export type Split = (typeof splitNames)[number]

/** One row of a table: a perception, or several, of one thing. */
export interface Row {
  /** The thing; rows with one id are one thing. */
  readonly id: string
  readonly label?: string
  /** Speaker, vendor, source document: never split across by splits that we make. */
  readonly group?: string
  readonly split: Split
  /** Whether the split is ours: not the table's for this row, nor for others of its group or id. */
  readonly isSplitMade?: true
  /** As a person counts: the first row below the header is 1. */
  readonly number: number
  /** View → the cell's text as the table has it; missing cells are absent. */
  readonly cells: Readonly<Record<ViewName, string>>
}

/** One column of items; several may be of one modality. */
export interface View {
  readonly name: ViewName
  readonly modality: ModalityName
  /** `npy` where all its cells name rows of precomputed matrices. */
  readonly source: 'raw' | 'npy'
  /** The view whose items hold these within themselves, where the table has no such column: `video` of its sound. */
  readonly derivedFrom?: ViewName
}

/** Something that was left out, and why. `view` is absent where the whole row was. */
export interface Problem {
  readonly row?: number
  readonly view?: ViewName
  readonly error: TongganError
}

/** A table that was opened: its rows are known, its items are read when asked for. */
export interface Dataset {
  /** As the person named it. */
  readonly name: string
  readonly rows: readonly Row[]
  readonly views: readonly View[]
  readonly problems: readonly Problem[]
  /** `written`: the table's own; `made`: ours, from a hash of group, else id; `mixed`: both. */
  readonly splits: 'written' | 'made' | 'mixed'
  /**
   * The item of one cell: its words, or its file's bytes.
   * @throws TongganError `missing-file`, `unsafe-path`, `too-large`, with path and row
   */
  read(row: Row, view: ViewName): Promise<RawItem>
  /**
   * The file of one cell, to be read by parts; close it after. Absent where a dataset has none.
   * @throws TongganError as `read`
   */
  open?(row: Row, view: ViewName): Promise<ItemFile>
  /** The features of a view whose source is `npy`, one row for each row of the table in `rows`, with those left out. */
  readPrecomputed(view: ViewName): Promise<{ features: Features; rows: Int32Array; problems: Problem[] }>
}

/** The items of one view, encoded. Item k is row `rows[k]` of the dataset and row k of `features`. */
export interface EncodedView extends View {
  readonly encoder: EncoderRecord
  readonly features: Features
  /** `[items]`: index into the encoded dataset's `rows`, ascending. */
  readonly rows: Int32Array
  /** `[items]`: items of equal number have equal content within this modality, whatever their view. */
  readonly contents: Int32Array
}

/** A dataset with features in the place of items. */
export interface EncodedDataset {
  readonly name: string
  readonly rows: readonly Row[]
  readonly views: readonly EncodedView[]
  readonly problems: readonly Problem[]
  readonly splits: Dataset['splits']
}
