// The built-in text encoder: hashed word and character n-grams, sparse. It is frozen and the same for every language;
// which terms matter (IDF) belongs to the space that is fitted on top. String hashing is plain code, not ONNX (DESIGN D2).

import type { Encoder, RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import type { SparseChunk } from '../../spec/features.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { HashedRow } from './hashed-row.ts'
import { normaliseText, type Segment, segmentText } from './segment.ts'
import { addTextGrams, textFamilies } from './text-grams.ts'

/** What `textEncoder` can be told; all of it is part of its fingerprint. */
export interface TextEncoderOptions {
  /** Width of the features: a power of two, 256 to 8,192. Default 8,192; fewer columns, more collisions. */
  columns?: number
}

const id = 'builtin/text'
const version = 1
/** A whole book; beyond it a cell is more likely a mistake than an item. */
const longestText = 4_000_000

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
  if (![256, 512, 1024, 2048, 4096, 8192].includes(columns)) {
    throw new TongganError('wrong-usage', {
      operation: 'make the text encoder',
      expected: 'columns of 256, 512, 1024, 2048, 4096 or 8192',
      received: String(columns),
    })
  }
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
      return encodeSegments(items, columns)
    },
    async close() {},
  }
}

function segmentsOf(item: RawItem): readonly Segment[] {
  const words = item.kind === 'words' ? item.words : readUtf8(item)
  const place = item.kind === 'file' ? { path: item.name } : {}
  if (words.length > longestText) {
    throw new TongganError('too-large', {
      operation: 'read text',
      expected: `at most ${longestText} characters an item`,
      received: String(words.length),
      remedy: 'cut it into passages, one row each',
      ...place,
    })
  }
  const segments = segmentText(normaliseText(words))
  if (segments.length > 0) return segments
  throw new TongganError('unreadable-item', {
    operation: 'read text',
    expected: 'words',
    received: words === '' ? 'nothing' : 'only spaces and invisible characters',
    remedy: 'leave the cell empty where the sense is missing',
    ...place,
  })
}

function readUtf8({ bytes, name }: RawItem & { kind: 'file' }): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new TongganError('unreadable-item', {
      operation: 'read text',
      expected: 'UTF-8',
      received: 'bytes that are not',
      remedy: 'save the file as UTF-8',
      path: name,
      cause,
    })
  }
}

function encodeSegments(items: readonly (readonly Segment[])[], columns: number): SparseChunk {
  const row = new HashedRow({ columns, families: textFamilies })
  const rows = items.map((segments) => {
    addTextGrams(segments, row)
    return row.finish()
  })
  const rowStarts = new Int32Array(items.length + 1)
  rows.forEach((entry, k) => {
    rowStarts[k + 1] = rowStarts[k] + entry.columns.length
  })
  const chunk: SparseChunk = {
    kind: 'sparse',
    rows: items.length,
    dim: columns,
    rowStarts,
    columns: new Int32Array(rowStarts[items.length]),
    values: new Float32Array(rowStarts[items.length]),
  }
  rows.forEach((entry, k) => {
    chunk.columns.set(entry.columns, rowStarts[k])
    chunk.values.set(entry.values, rowStarts[k])
  })
  return chunk
}
