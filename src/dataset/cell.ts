// What the text of a cell means (DESIGN §4): words, the path of a file, or one row of a precomputed matrix.

import { TongganError } from '../spec/errors.ts'
import type { ModalityName } from '../spec/modality.ts'

export type CellMeaning =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'npy'; readonly path: string; readonly row: number }

/**
 * `text:` in front takes the rest literally; `npy:PATH#ROW` is a row of a matrix, the last `#` splits, rows count
 * from 0; in text and code `file:PATH` is a file and anything else is words; in other modalities it is a path.
 *
 * @throws TongganError `bad-table` for `npy:` without a path or a row
 */
export function meaningOfCell(modality: ModalityName, cell: string): CellMeaning {
  const isWords = modality === 'text' || modality === 'code'
  if (cell.startsWith('text:')) {
    const rest = cell.slice('text:'.length)
    return isWords ? { kind: 'words', words: rest } : { kind: 'file', path: rest }
  }
  if (cell.startsWith('npy:')) return npyMeaning(cell)
  if (!isWords) return { kind: 'file', path: cell }
  return cell.startsWith('file:')
    ? { kind: 'file', path: cell.slice('file:'.length) }
    : { kind: 'words', words: cell }
}

/** The cell that means this file. */
export function cellOfFile(modality: ModalityName, path: string): string {
  if (modality === 'text' || modality === 'code') return `file:${path}`
  return /^(text|npy):/.test(path) ? `text:${path}` : path
}

/** Whether a cell names a row of a precomputed matrix, well or badly. */
export function isNpyCell(cell: string): boolean {
  return cell.startsWith('npy:')
}

function npyMeaning(cell: string): CellMeaning {
  const [, path, row] = /^npy:(.+)#(\d+)$/s.exec(cell) ?? []
  if (path) return { kind: 'npy', path, row: Number(row) }
  throw new TongganError('bad-table', {
    operation: 'read cell',
    expected: 'npy:PATH#ROW, rows counted from 0',
    received: cell,
    remedy: 'put text: in front where these are the words themselves',
  })
}
