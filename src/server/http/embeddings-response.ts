// Embeddings of many items as one answer, for a map: rows of plain numbers, made a piece at a time as the client takes
// them, so that an answer of a hundred megabytes holds no more than a piece, and searches come between.

import type { FlatIndex } from '../../index/flat-index.ts'
import { toHalves } from '../../math/half-float.ts'
import { TongganError } from '../../spec/errors.ts'

const numbersAPiece = 2 ** 17

export interface EmbeddingsRange {
  readonly from: number
  /** Default: all that follow. */
  readonly count?: number
  readonly format: 'float32' | 'float16'
}

/** @throws TongganError `too-large` */
export function embeddingsResponse(
  index: FlatIndex,
  { from, count, format }: EmbeddingsRange,
  maxBytes: number,
): Response {
  const { dim } = index
  const start = Math.min(from, index.count)
  const end = Math.min(index.count, count === undefined ? index.count : start + count)
  const bytesARow = dim * (format === 'float16' ? 2 : 4)
  const length = (end - start) * bytesARow
  if (length > maxBytes) throw tooMany(length, maxBytes, Math.floor(maxBytes / bytesARow))
  const rowsAPiece = Math.max(1, Math.floor(numbersAPiece / dim))
  let at = start
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const to = Math.min(end, at + rowsAPiece)
        const rows = index.vectors(at, to)
        const numbers = format === 'float16' ? toHalves(rows) : rows.slice()
        if (to > at) controller.enqueue(new Uint8Array(numbers.buffer))
        at = to
        if (at === end) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(length) }
  return new Response(body, { headers })
}

function tooMany(bytes: number, most: number, rows: number): TongganError {
  return new TongganError('too-large', {
    operation: 'send embeddings',
    expected: `at most ${most} bytes an answer`,
    received: String(bytes),
    remedy: `ask for \`count=${rows}\` at a time`,
  })
}
