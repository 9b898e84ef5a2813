// A column of lists in a Parquet file, read by row groups (hyparquet; Snappy, GZIP, Zstandard, Brotli and LZ4 by
// hyparquet-compressors). Lists of Parquet may differ in length; rows that do not have as many numbers as the first are
// refused one by one.

import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { OpenFile } from '../platform/files.ts'
import { TongganError } from '../spec/errors.ts'
import type { FeatureMatrix } from './feature-matrix.ts'
import { columnWithin, GroupedMatrix, type RowGroup, widthOf } from './grouped-matrix.ts'
import { badMatrix } from './npy-format.ts'
import type { OpenBytes } from './stored-matrix.ts'

/** @throws TongganError `bad-features` */
export async function openParquet(
  open: OpenBytes,
  path: string,
  asked: string | undefined,
): Promise<FeatureMatrix> {
  const metadata = await within(open, path, (file) => parquetMetadataAsync(asBuffer(file)))
  const columns = parquetSchema(metadata).children
  const isList = ({ element }: (typeof columns)[number]) =>
    element.converted_type === 'LIST' || element.logical_type?.type === 'LIST'
  const names = (list: boolean) =>
    columns.filter((column) => isList(column) === list).map(({ element }) => element.name)
  const name = columnWithin(path, names(true), names(false), asked)
  const label = `${path}#${name}`
  const groups = rowGroups(metadata, open, label, name)
  if (groups.length === 0) throw badMatrix(label, 'at least one row', 'none')
  return new GroupedMatrix(label, widthOf(label, await groups[0].load()), groups)
}

function rowGroups(metadata: FileMetaData, open: OpenBytes, path: string, name: string): RowGroup[] {
  let start = 0
  return metadata.row_groups.map(({ num_rows }) => {
    const rows = Number(num_rows)
    const rowStart = start
    start += rows
    const load = () =>
      within(open, path, async (file) => {
        const options = { file: asBuffer(file), metadata, compressors, columns: [name] }
        const objects = await parquetReadObjects({ ...options, rowStart, rowEnd: rowStart + rows })
        return objects.map((row) => row[name] as unknown)
      })
    return { rows, load }
  })
}

/** Runs `use` on the opened file; what the reader finds wrong is an error about the file. */
async function within<Result>(
  open: OpenBytes,
  path: string,
  use: (file: OpenFile) => Promise<Result>,
): Promise<Result> {
  const file = await open()
  try {
    return await use(file)
  } catch (cause) {
    if (cause instanceof TongganError) throw cause
    throw badMatrix(path, 'an undamaged Parquet file', (cause as Error).message)
  } finally {
    await file.close()
  }
}

function asBuffer(file: OpenFile) {
  return {
    byteLength: file.size,
    async slice(start: number, end = file.size): Promise<ArrayBuffer> {
      const bytes = await file.read(start, Math.min(end, file.size))
      return bytes.slice().buffer as ArrayBuffer
    },
  }
}
