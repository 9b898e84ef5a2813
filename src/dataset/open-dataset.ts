// Opening what a person has: a table with files beside it, or a plain folder of files of one modality; on disk, under
// an address, or in memory. Opening reads the table only; items are read when they are encoded.

import { locateFile, openFolder } from '#platform/files'
import type { FileSource, Folder, LocatedFile } from '../platform/files.ts'
import type { Dataset } from '../spec/dataset.ts'
import { TongganError } from '../spec/errors.ts'
import type { LongCall } from '../spec/progress.ts'
import { assignSplits } from './assign-splits.ts'
import { modalityOfFile, tableOfFiles } from './files-of-one-modality.ts'
import { readTable, type Table, type TableRow } from './read-table.ts'
import { TableDataset } from './table-dataset.ts'

const pieceBytes = 2 ** 18

/** What `openDataset` can be told. */
export interface OpenDatasetOptions extends LongCall {
  /** What messages and spaces call it; default: the source as it was given. */
  name?: string
  /** Refuse larger files of items, one by one; default 256 MiB. */
  maxItemBytes?: number
}

/**
 * Opens a dataset.
 *
 * @param source the path or URL of a `.csv` or `.jsonl` table, of a folder (its `items.csv` or `items.jsonl`, its only
 * table, or else its files, all of one modality) or of one file of a known kind; or files in memory by their path,
 * with the table among them
 * @throws TongganError `missing-file`, `bad-table`, `not-enough-data`, `unsupported-format`, `cancelled`
 * @example
 * const dataset = await openDataset('emoji/items.csv')
 * @example
 * const dataset = await openDataset(new Map([['items.csv', 'text,image\ncat,cat.png\n'], ['cat.png', bytes]]))
 */
export async function openDataset(source: FileSource, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const { folder, table } = await tableOf(source, options)
  const name =
    options.name ?? (typeof source === 'string' || source instanceof URL ? String(source) : folder.name)
  const { rows, splits } = assignSplits(withIds(table.rows))
  return new TableDataset({ ...table, name, folder, rows, splits, maxItemBytes: options.maxItemBytes })
}

async function tableOf(source: FileSource, call: LongCall): Promise<{ folder: Folder; table: Table }> {
  const file = await locateFile(source)
  if (file) return { folder: file.folder, table: await tableOfFile(file, call) }
  const folder = await openFolder(source)
  const paths = await folder.list()
  const tables = paths.filter((path) => isTable(path) && !path.includes('/'))
  const path = tables.find((name) => /^items\./i.test(name)) ?? tables[0]
  if (!path) return { folder, table: tableOfFiles(paths, folder.name) }
  if (tables.length > 1 && !/^items\./i.test(path)) {
    throw new TongganError('wrong-usage', {
      operation: 'open dataset',
      path: folder.name,
      expected: 'one table, or one named items.csv or items.jsonl',
      received: tables.join(', '),
      remedy: 'name the table itself',
    })
  }
  const bytes = () => inPieces(folder, path)
  return { folder, table: await readTable({ path, bytes }, call) }
}

async function* inPieces(folder: Folder, path: string): AsyncGenerator<Uint8Array> {
  const file = await folder.open(path)
  try {
    for (let at = 0; at < file.size; at += pieceBytes)
      yield await file.read(at, Math.min(at + pieceBytes, file.size))
  } finally {
    await file.close()
  }
}

async function tableOfFile(file: LocatedFile, call: LongCall): Promise<Table> {
  if (isTable(file.path)) return readTable(file, call)
  if (modalityOfFile(file.path)) return tableOfFiles([file.path], file.folder.name)
  throw new TongganError('unsupported-format', {
    operation: 'open dataset',
    path: file.path,
    expected: 'a table (.csv or .jsonl), a folder, or a file of a known kind',
    received: /\.\w+$/.exec(file.path)?.[0] ?? 'a file without an extension',
  })
}

function isTable(path: string): boolean {
  return /\.(csv|jsonl)$/i.test(path)
}

/** A row without an id is a thing of its own: its number, unless another row has that for an id. */
function withIds(rows: readonly TableRow[]): (TableRow & { id: string })[] {
  const written = new Set(rows.map(({ id }) => id))
  return rows.map((row) => {
    const number = String(row.number)
    return { ...row, id: row.id ?? (written.has(number) ? `row ${number}` : number) }
  })
}
