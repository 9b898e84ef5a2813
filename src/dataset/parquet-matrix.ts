// A column of lists in a Parquet file, read by row groups (hyparquet; Snappy, GZIP, Zstandard, Brotli and LZ4 by
// hyparquet-compressors). Lists of Parquet may differ in length; rows that do not have as many numbers as the first are
// refused one by one.

import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { OpenFile } from '../platform/files.ts'
import type { FeatureMatrix } from './feature-matrix.ts'
import { columnWithin, GroupedMatrix, type RowGroup, widthOf } from './grouped-matrix.ts'
import { badMatrix } from './npy-format.ts'
import { type FormatNames, readOpened } from './read-opened.ts'
import type { OpenBytes } from './stored-matrix.ts'

const format: FormatNames = {
  expected: 'an undamaged Parquet file',
}

/** @throws TongganError `bad-features` */
export async function openParquet(
  open: OpenBytes,
  path: string,
  asked: string | undefined,
): Promise<FeatureMatrix> {
  const { metadata, columns } = await readOpened(open, path, format, async (file) => {
    const metadata = await parquetMetadataAsync(asBuffer(file))
    return { metadata, columns: parquetSchema(metadata).children }
  })
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
      readOpened(open, path, format, async (file) => {
        const options = { file: asBuffer(file), metadata, compressors, columns: [name] }
        const objects = await parquetReadObjects({ ...options, rowStart, rowEnd: rowStart + rows })
        return objects.map((row) => row[name] as unknown)
      })
    return { rows, load }
  })
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
