// A matrix of precomputed features in a file, whatever its format.

import type { OpenFile } from '../platform/files.ts'
import { badMatrix } from './npy-format.ts'

export interface FeatureMatrix {
  /** As the person named it, with the name within the file behind a `#` where there is one. */
  readonly path: string
  readonly rows: number
  readonly dim: number
  /** Rows in the order asked for, `[wanted.length, dim] float32`. @throws TongganError `bad-features` */
  read(wanted: readonly number[]): Promise<Float32Array>
  /** What a row is that is no row of `dim` numbers and so came as NaN; undefined where it is one. */
  describeOddRow?(row: number): Promise<string | undefined>
}

/** The one that is meant among the names that a file holds. @throws TongganError `bad-features` */
export function nameWithin(path: string, names: readonly string[], asked: string | undefined): string {
  if (asked === undefined && names.length === 1) return names[0]
  if (asked !== undefined && names.includes(asked)) return asked
  const list = `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}` || 'none'
  throw badMatrix(
    path,
    `one of ${list}`,
    asked ?? 'no name',
    names.length > 0 ? `write features:${path}#${names[0]}#ROW` : undefined,
  )
}

/** A part of a file as a file. */
export function partOf(open: () => Promise<OpenFile>, from: number, size: number): () => Promise<OpenFile> {
  return async () => {
    const file = await open()
    return { size, read: (start, end) => file.read(from + start, from + end), close: () => file.close() }
  }
}
