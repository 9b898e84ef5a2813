// A table as raw rows: what CSV and JSONL have in common once they are read. A row that cannot be used is reported
// and left out; only what is wrong with the whole table is thrown.

import type { LocatedFile } from '../platform/files.ts'
import { type Problem, type Row, type Split, splitNames, type View } from '../spec/dataset.ts'
import { TongganError } from '../spec/errors.ts'
import { modalityNames } from '../spec/modality.ts'
import { type LongCall, type Progress, throwIfAborted } from '../spec/progress.ts'
import { isNpyCell, meaningOfCell } from './cell.ts'
import { type Columns, checkColumns, plainColumns } from './columns.ts'
import { readCsv } from './read-csv.ts'
import { readJsonl } from './read-jsonl.ts'

/** A row as the table has it: id and split may be missing. */
export interface TableRow extends Omit<Row, 'id' | 'split'> {
  readonly id?: string
  readonly split?: Split
}

export interface Table {
  readonly rows: readonly TableRow[]
  readonly views: readonly View[]
  readonly problems: readonly Problem[]
}

/** One record by column, or what is wrong with it. */
interface TableRecord {
  readonly number: number
  readonly cells: Readonly<Record<string, string>> | TongganError
  /** Where it brings columns that were not there before. */
  readonly columns?: Columns
}

/** @throws TongganError `bad-table` for what is wrong with the table as a whole, `not-enough-data` where it is empty */
export async function readTable(
  file: Pick<LocatedFile, 'path' | 'bytes'>,
  { signal, onProgress }: LongCall = {},
): Promise<Table> {
  const records = /\.jsonl$/i.test(file.path) ? jsonlRecords(file) : csvRecords(file)
  const rows: TableRow[] = []
  const problems: Problem[] = []
  const views = new Map<string, Columns['views'][number]>()
  const report = (done: number): Progress => ({ stage: 'read table', done, unit: 'rows' })
  for await (const { number, cells, columns } of records) {
    for (const view of columns?.views ?? []) views.set(view.name, view)
    const row = cells instanceof TongganError ? cells : rowOf(number, cells, [...views.values()], problems)
    if (row instanceof TongganError)
      problems.push({ row: number, error: row.with({ row: number, path: file.path }) })
    else if (row) rows.push(row)
    if (number % 1024 === 0) {
      throwIfAborted(signal, 'read table')
      onProgress?.(report(number))
    }
  }
  if (rows.length === 0) throw emptyTable(file.path, problems)
  if (views.size === 0) throw noItems(file.path)
  onProgress?.(report(rows.length))
  return { rows, views: Array.from(views.values(), (view) => withSource(view, rows, file.path)), problems }
}

async function* csvRecords(file: Pick<LocatedFile, 'path' | 'bytes'>): AsyncGenerator<TableRecord> {
  let columns: Columns | undefined
  let number = 0
  for await (const cells of readCsv(file.bytes(), file.path)) {
    if (!columns) {
      columns = checkColumns(
        cells.map((name) => name.trim()),
        file.path,
      )
      continue
    }
    number++
    if (cells.length > 0) yield { number, cells: byColumn(columns, cells), columns }
  }
}

async function* jsonlRecords(file: Pick<LocatedFile, 'path' | 'bytes'>): AsyncGenerator<TableRecord> {
  const names = new Set<string>()
  for await (const { number, cells } of readJsonl(file.bytes(), file.path)) {
    const known = names.size
    if (!(cells instanceof TongganError)) for (const name of Object.keys(cells)) names.add(name)
    yield names.size === known
      ? { number, cells }
      : { number, cells, columns: checkColumns([...names], file.path, number) }
  }
}

function byColumn({ names }: Columns, cells: readonly string[]): Record<string, string> | TongganError {
  if (cells.length === names.length) return Object.fromEntries(names.map((name, i) => [name, cells[i]]))
  return new TongganError('bad-table', {
    operation: 'read table',
    expected: `${names.length} cells (${names.join(', ')})`,
    received: String(cells.length),
    remedy: 'put quotes around cells that hold commas or newlines',
  })
}

/** Undefined where every cell is empty, as spreadsheets leave rows behind. Cells that mean nothing go to `problems`. */
function rowOf(
  number: number,
  record: Readonly<Record<string, string>>,
  views: Columns['views'],
  problems: Problem[],
): TableRow | TongganError | undefined {
  const isMissing = (name: string) => (record[name] ?? '').trim() === ''
  if (Object.keys(record).every(isMissing)) return undefined
  const [id, label, split, group] = plainColumns.map((name) =>
    isMissing(name) ? undefined : record[name].trim(),
  )
  if (split !== undefined && !isSplit(split)) {
    return new TongganError('bad-table', {
      operation: 'read table',
      expected: `a split of ${splitNames.join(', ')} or none`,
      received: split,
      remedy: 'write one of these, or leave the cell empty',
    })
  }
  const cells: Record<string, string> = {}
  for (const { name, modality } of views) {
    if (isMissing(name)) continue
    try {
      meaningOfCell(modality, record[name])
      cells[name] = record[name]
    } catch (error) {
      problems.push({ row: number, view: name, error: (error as TongganError).with({ row: number }) })
    }
  }
  return { id, label, split, group, number, cells }
}

function isSplit(word: string): word is Split {
  return (splitNames as readonly string[]).includes(word)
}

/** @throws TongganError `bad-table` where raw items and rows of matrices mix */
function withSource(view: Columns['views'][number], rows: readonly TableRow[], table: string): View {
  const raw = rows.find(({ cells }) => view.name in cells && !isNpyCell(cells[view.name]))
  const npy = rows.find(({ cells }) => view.name in cells && isNpyCell(cells[view.name]))
  if (raw && npy) {
    throw new TongganError('bad-table', {
      operation: `read column ${view.name}`,
      path: table,
      expected: 'raw items or rows of matrices (npy:), not both in one column',
      received: `a raw item in row ${raw.number} and ${npy.cells[view.name]} in row ${npy.number}`,
      remedy: `put one of them into a column of its own, e.g. ${view.modality}.npy`,
    })
  }
  return { ...view, source: npy ? 'npy' : 'raw' }
}

function noItems(table: string): TongganError {
  return new TongganError('bad-table', {
    operation: 'read table',
    path: table,
    expected: `a column of items: ${modalityNames.join(', ')}`,
    received: `none beside ${plainColumns.join(', ')}`,
    remedy: 'add one, such as `text` with words or `image` with paths of files',
  })
}

function emptyTable(table: string, problems: readonly Problem[]): TongganError {
  return new TongganError('not-enough-data', {
    operation: 'read table',
    path: table,
    expected: 'a header and at least one row below it',
    received: problems.length === 0 ? 'none' : `${problems.length} rows, none of them usable`,
    remedy:
      problems.length === 0
        ? 'write a header such as `id,text,image`, and a row for each thing'
        : `the first: ${problems[0].error.message}`,
    cause: problems[0]?.error,
  })
}
