// Using an opened file by a reader that is not ours: what it finds wrong is an error about the file.

import type { OpenFile } from '../platform/files.ts'
import { TongganError } from '../spec/errors.ts'
import { badMatrix } from './npy-format.ts'
import type { OpenBytes } from './stored-matrix.ts'

export interface FormatNames {
  /** What was expected: `an undamaged Parquet file`. */
  readonly expected: string
  /** What to do about it, where the reader's words tell. */
  remedyFor?(cause: unknown): string | undefined
}

/** `use` on the file, closed after. @throws TongganError `bad-features` for whatever else it throws */
export async function readOpened<Result>(
  open: OpenBytes,
  path: string,
  { expected, remedyFor }: FormatNames,
  use: (file: OpenFile) => Promise<Result>,
): Promise<Result> {
  const file = await open()
  try {
    return await use(file)
  } catch (cause) {
    if (cause instanceof TongganError) throw cause
    throw badMatrix(path, expected, (cause as Error).message, remedyFor?.(cause))
  } finally {
    await file.close()
  }
}
