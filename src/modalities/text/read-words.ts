// Station «read» of what is written, for every encoder of text and of code: an item's words, or those of its UTF-8
// file, or why there are none.

import type { RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'

/** A whole book; beyond it a cell is more likely a mistake than an item. */
const longestText = 4_000_000

/**
 * The words of one item.
 *
 * @param what `text` or `code`, for messages
 * @throws TongganError `too-large`, `unreadable-item` for a file that is not UTF-8; with the path
 */
export function readWords(what: string, item: RawItem): string {
  const words = item.kind === 'words' ? item.words : readUtf8(what, item)
  if (words.length <= longestText) return words
  throw new TongganError('too-large', {
    operation: `read ${what}`,
    expected: `at most ${longestText} characters an item`,
    received: String(words.length),
    remedy: 'cut it into passages, one row each',
    ...placeOf(item),
  })
}

/** The one answer to an item that has nothing to be encoded. */
export function nothingToRead(what: string, item: RawItem, words: string): TongganError {
  return new TongganError('unreadable-item', {
    operation: `read ${what}`,
    expected: 'words',
    received: words === '' ? 'nothing' : 'only spaces and invisible characters',
    remedy: 'leave the cell empty where the sense is missing',
    ...placeOf(item),
  })
}

function readUtf8(what: string, { bytes, name }: RawItem & { kind: 'file' }): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new TongganError('unreadable-item', {
      operation: `read ${what}`,
      expected: 'UTF-8',
      received: 'bytes that are not',
      remedy: 'save the file as UTF-8',
      path: name,
      cause,
    })
  }
}

function placeOf(item: RawItem): { path?: string } {
  return item.kind === 'file' ? { path: item.name } : {}
}
