// What the text of a cell means (DESIGN §4): words, the path of a file, or one row of a precomputed matrix.

import { TongganError } from '../spec/errors.ts'
import type { ModalityName } from '../spec/modality.ts'

export type CellMeaning =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'npy'; readonly path: string; readonly name?: string; readonly row: number }

/**
 * `text:` in front takes the rest literally; `features:PATH#ROW` is a row of a precomputed matrix, `features:PATH#NAME#ROW`
 * one of a file that holds several (arrays of .npz, tensors of safetensors, columns of Parquet and Arrow), the last `#`
 * splits, rows count from 0; `npy:PATH#ROW` is the same of a .npy, whose path may hold a `#`; in text and code `file:PATH` is a file and anything else is words; in other modalities it is a path.
 *
 * @throws TongganError `bad-table` for `features:` or `npy:` without a path or a row
 */
export function meaningOfCell(modality: ModalityName, cell: string): CellMeaning {
  const isWords = modality === 'text' || modality === 'code'
  if (cell.startsWith('text:')) {
    const rest = cell.slice('text:'.length)
    return isWords ? { kind: 'words', words: rest } : { kind: 'file', path: rest }
  }
  if (isNpyCell(cell)) return npyMeaning(cell)
  if (!isWords) return { kind: 'file', path: cell }
  return cell.startsWith('file:')
    ? { kind: 'file', path: cell.slice('file:'.length) }
    : { kind: 'words', words: cell }
}

/** The cell that means this file. */
export function cellOfFile(modality: ModalityName, path: string): string {
  if (modality === 'text' || modality === 'code') return `file:${path}`
  return /^(text|npy|features):/.test(path) ? `text:${path}` : path
}

/** Whether a cell names a row of a precomputed matrix, well or badly. */
export function isNpyCell(cell: string): boolean {
  return /^(npy|features):/.test(cell)
}

function npyMeaning(cell: string): CellMeaning {
  const [, prefix, place, row] = /^(npy|features):(.+)#(\d+)$/s.exec(cell) ?? []
  if (prefix === 'npy') return { kind: 'npy', path: place, row: Number(row) }
  const [, path, name] = /^(.+)#([^#]+)$/s.exec(place ?? '') ?? []
  if (path) return { kind: 'npy', path, name, row: Number(row) }
  if (place) return { kind: 'npy', path: place, row: Number(row) }
  throw new TongganError('bad-table', {
    operation: 'read cell',
    expected: 'features:PATH#ROW, features:PATH#NAME#ROW or npy:PATH#ROW, rows counted from 0',
    received: cell,
    remedy: 'put text: in front where these are the words themselves',
  })
}
