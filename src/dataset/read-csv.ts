// CSV as a stream of records: UTF-8 with or without a byte order mark, any line ends, quoted cells with commas,
// quotes and newlines. The splitting is Papa Parse's, fed piece by piece as its own chunk streamer does, since it runs
// in Node and in the browser without a stream library of either. Line ends within cells become `\n`.

import Papa from 'papaparse'
import { TongganError } from '../spec/errors.ts'

/** A cell that goes on for longer than this has lost its closing quote. */
const maxRecordLength = 2 ** 24

/**
 * Records in order, each its cells, none for a blank line; blank lines before the first record are left out.
 * @throws TongganError `bad-table` for another encoding, or for a quote that stands alone: nobody knows what it
 * swallowed, so the row is named rather than left out
 */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  table: string,
): AsyncGenerator<readonly string[]> {
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n' })
  let given = 0
  let rest = ''
  const whole = function* ({ data, errors }: Parsed): Generator<readonly string[]> {
    for (const [i, cells] of data.entries()) {
      if (errors.some(({ row }) => row === i)) throw badQuote(table, given, cells)
      const isBlank = cells.length === 1 && cells[0].trim() === ''
      if (isBlank && given === 0) continue
      given++
      yield isBlank ? [] : cells
    }
  }
  for await (const text of readText(bytes, table)) {
    rest += text
    const parsed: Parsed = parser.parse(rest, 0, true)
    rest = rest.slice(parsed.meta.cursor)
    yield* whole(parsed)
    if (rest.length > maxRecordLength) throw badQuote(table, given, [rest])
  }
  yield* whole(parser.parse(rest, 0, false))
}

/**
 * UTF-8 text with `\n` line ends, in pieces.
 * @throws TongganError `bad-table` where the bytes are not UTF-8
 */
export async function* readText(bytes: AsyncIterable<Uint8Array>, table: string): AsyncGenerator<string> {
  // The mark is taken off here: Node's decoder, given the first character in two parts, takes off one that comes later.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let held = ''
  let isStart = true
  const decode = (part?: Uint8Array) => {
    try {
      return part ? decoder.decode(part, { stream: true }) : decoder.decode()
    } catch (cause) {
      throw new TongganError('bad-table', {
        operation: 'read table',
        path: table,
        expected: 'UTF-8',
        received: 'bytes that are not',
        remedy: 'save it as UTF-8 (in a spreadsheet: "CSV UTF-8")',
        cause,
      })
    }
  }
  for await (const part of bytes) {
    let text = held + decode(part)
    if (isStart && text !== '') {
      isStart = false
      if (text.startsWith('\ufeff')) text = text.slice(1)
    }
    held = text.endsWith('\r') ? '\r' : ''
    yield text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n')
  }
  yield (held + decode()).replace(/\r\n?/g, '\n')
}

interface Parsed {
  data: string[][]
  /** `row` is an index into `data`; beyond it while the last record is not whole. */
  errors: { row: number }[]
  meta: { cursor: number }
}

/** @param row how many records there were before it, the header included */
function badQuote(table: string, row: number, cells: readonly string[]): TongganError {
  const longest = cells.reduce((a, b) => (b.length > a.length ? b : a), '')
  return new TongganError('bad-table', {
    operation: 'read table',
    path: table,
    row,
    expected: 'a closing quote for every opening one, and quotes within a quoted cell written twice ("")',
    received: `a quoted cell that does not end where its quote does: ${JSON.stringify(longest.slice(0, 40))}`,
    remedy: 'mend the quotes of that row',
  })
}
