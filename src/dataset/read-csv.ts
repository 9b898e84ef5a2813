// CSV as a stream of records: UTF-8 with or without a byte order mark, any line ends, quoted cells with commas,
// quotes and newlines. The splitting is Papa Parse's, fed piece by piece as its own chunk streamer does, since it runs
// in Node and in the browser without a stream library of either. Line ends within cells become `\n`.

import Papa from 'papaparse'
import { TongganError } from '../spec/errors.ts'

export interface CsvRecord {
  /** The cells, or what is wrong with the record. */
  readonly cells: readonly string[] | TongganError
}

/** Records in order, blank lines left out. @throws TongganError `bad-table` for another encoding or an open quote */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>, table: string): AsyncGenerator<CsvRecord> {
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n' })
  let rest = ''
  for await (const text of readText(bytes, table)) {
    rest += text
    const parsed: Parsed = parser.parse(rest, 0, true)
    rest = rest.slice(parsed.meta.cursor)
    yield* recordsOf(parsed)
  }
  const last: Parsed = parser.parse(rest, 0, false)
  const open = last.errors.find(({ code }) => code === 'MissingQuotes')
  if (open) throw neverClosed(table, last.data[open.row] ?? [])
  yield* recordsOf(last)
}

/**
 * UTF-8 text with `\n` line ends, in pieces.
 * @throws TongganError `bad-table` where the bytes are not UTF-8
 */
export async function* readText(bytes: AsyncIterable<Uint8Array>, table: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let held = ''
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
    const text = held + decode(part)
    held = text.endsWith('\r') ? '\r' : ''
    yield text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n')
  }
  yield (held + decode()).replace(/\r\n?/g, '\n')
}

interface Parsed {
  data: string[][]
  errors: { code: string; row: number }[]
  meta: { cursor: number }
}

function* recordsOf({ data, errors }: Parsed): Generator<CsvRecord> {
  const bad = new Set(errors.map(({ row }) => row))
  for (const [i, cells] of data.entries()) {
    if (bad.has(i)) yield { cells: badQuote() }
    else if (cells.length > 1 || cells[0].trim() !== '') yield { cells }
  }
}

function badQuote(): TongganError {
  return new TongganError('bad-table', {
    operation: 'read table',
    expected: 'quotes within a quoted cell written twice ("")',
    received: 'a quote that stands alone',
  })
}

function neverClosed(table: string, cells: readonly string[]): TongganError {
  const start = (cells.at(-1) ?? '').slice(0, 40)
  return new TongganError('bad-table', {
    operation: 'read table',
    path: table,
    expected: 'a closing quote for every opening one',
    received: `a quoted cell that never ends, after ${JSON.stringify(start)}`,
    remedy: 'close it, or write quotes within a quoted cell twice ("")',
  })
}
