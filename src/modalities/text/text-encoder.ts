// The built-in text encoder: hashed word and character n-grams, sparse. It is frozen and the same for every language;
// which terms matter (IDF) belongs to the space that is fitted on top. String hashing is plain code, not ONNX (DESIGN D2).

import type { Encoder, RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { hashedRows } from './hashed-row.ts'
import { nothingToRead, readWords } from './read-words.ts'
import { normaliseText, type Segment, segmentText } from './segment.ts'
import { addTextGrams, textFamilies } from './text-grams.ts'

/** What `textEncoder` can be told; all of it is part of its fingerprint. */
export interface TextEncoderOptions {
  /** Width of the features: a power of two, 256 to 8,192. Default 8,192; fewer columns, more collisions. */
  columns?: number
}

const id = 'builtin/text'
const version = 1

/**
 * Words → sparse rows of length 1: words, pairs of words, pieces of words, Han 1- to 3-grams (see `addTextGrams`),
 * signed hashing into `columns` columns, `1 + ln tf`.
 *
 * @throws TongganError `wrong-usage` for another number of columns
 * @example
 * const encoder = textEncoder()
 * const cat = await encoder.decode({ kind: 'words', words: 'a sleepy cat 猫' })
 * const features = await encoder.encode([cat]) // { kind: 'sparse', rows: 1, dim: 8192, … }
 */
export function textEncoder({ columns = 8192 }: TextEncoderOptions = {}): Encoder<readonly Segment[]> {
  requireColumns('text', columns)
  const parameters = { columns }
  return {
    id,
    fingerprint: encoderFingerprint({ id, version, parameters }),
    modality: 'text',
    featureDim: columns,
    kind: 'sparse',
    parameters,
    batchSize: 256,
    async decode(item) {
      return segmentsOf(item)
    },
    async encode(items) {
      return hashedRows(items, { columns, families: textFamilies, addGrams: addTextGrams })
    },
    async close() {},
  }
}

/** @throws TongganError `wrong-usage` for a number of columns that hashing cannot use */
export function requireColumns(what: string, columns: number): void {
  if ([256, 512, 1024, 2048, 4096, 8192].includes(columns)) return
  throw new TongganError('wrong-usage', {
    operation: `make the ${what} encoder`,
    expected: 'columns of 256, 512, 1024, 2048, 4096 or 8192',
    received: String(columns),
  })
}

function segmentsOf(item: RawItem): readonly Segment[] {
  const words = readWords('text', item)
  const segments = segmentText(normaliseText(words))
  if (segments.length > 0) return segments
  throw nothingToRead('text', item, words)
}
