// The built-in code encoder: hashed words and marks, sparse, in the hash space of text (DESIGN D10). It knows no language
// and needs no download; which terms matter (IDF) belongs to the space that is fitted on top.

import type { Encoder, RawItem } from '../../spec/encoder.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { hashedRows } from '../text/hashed-row.ts'
import { nothingToRead, readWords } from '../text/read-words.ts'
import { requireColumns } from '../text/text-encoder.ts'
import { addCodeGrams, codeFamilies } from './code-grams.ts'
import { type CodeToken, codeTokens } from './code-tokens.ts'

/** What `codeEncoder` can be told; all of it is part of its fingerprint. */
export interface CodeEncoderOptions {
  /** Width of the features: a power of two, 256 to 8,192, and that of text, so that words stay shared. Default 8,192. */
  columns?: number
}

const id = 'builtin/code'
const version = 1

/**
 * Code of any language → sparse rows of length 1: words and pairs of words, pieces of words, flags, operators and
 * brackets (see `codeTokens`), signed hashing into `columns` columns, `1 + ln tf`. A word has the column and the sign
 * that `textEncoder` gives it.
 *
 * @throws TongganError `wrong-usage` for another number of columns
 * @example
 * const encoder = codeEncoder()
 * const command = await encoder.decode({ kind: 'words', words: 'tar -xzf archive.tar.gz' })
 * const features = await encoder.encode([command]) // { kind: 'sparse', rows: 1, dim: 8192, … }
 */
export function codeEncoder({ columns = 8192 }: CodeEncoderOptions = {}): Encoder<readonly CodeToken[]> {
  requireColumns('code', columns)
  const parameters = { columns }
  return {
    id,
    fingerprint: encoderFingerprint({ id, version, parameters: { ...parameters, families: codeFamilies } }),
    modality: 'code',
    featureDim: columns,
    kind: 'sparse',
    parameters,
    batchSize: 256,
    async decode(item) {
      return tokensOf(item)
    },
    async encode(items) {
      return hashedRows(items, { columns, families: codeFamilies, addGrams: addCodeGrams })
    },
    async close() {},
  }
}

function tokensOf(item: RawItem): readonly CodeToken[] {
  const code = readWords('code', item)
  const tokens = codeTokens(code)
  if (tokens.length > 0) return tokens
  throw nothingToRead('code', item, code)
}
