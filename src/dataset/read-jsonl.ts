// JSONL as a stream of records: one object a line, its keys the columns.

import { TongganError } from '../spec/errors.ts'
import { readText } from './read-csv.ts'

export interface JsonlRecord {
  /** The line, counted from 1; blank lines count but give no record. */
  readonly number: number
  /** Column → text, missing ones absent; or what is wrong with the line. */
  readonly cells: Readonly<Record<string, string>> | TongganError
}

export async function* readJsonl(
  bytes: AsyncIterable<Uint8Array>,
  table: string,
): AsyncGenerator<JsonlRecord> {
  let number = 0
  let rest = ''
  for await (const text of readText(bytes, table)) {
    const lines = text.split('\n')
    lines[0] = rest + lines[0]
    rest = lines.pop()!
    for (const line of lines) yield* recordOf(line, ++number)
  }
  yield* recordOf(rest, ++number)
}

function* recordOf(line: string, number: number): Generator<JsonlRecord> {
  if (line.trim() !== '') yield { number, cells: cellsOf(line) }
}

function cellsOf(line: string): Readonly<Record<string, string>> | TongganError {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch (cause) {
    return badLine('one JSON object', (cause as Error).message, cause)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return badLine('one JSON object', Array.isArray(json) ? 'an array' : String(json))
  }
  const cells: Record<string, string> = {}
  for (const [column, value] of Object.entries(json)) {
    if (value === null) continue
    if (typeof value === 'object')
      return badLine('text, numbers or null as values', `${column}: ${JSON.stringify(value)}`)
    cells[column] = String(value)
  }
  return cells
}

function badLine(expected: string, received: string, cause?: unknown): TongganError {
  return new TongganError('bad-table', { operation: 'read table', expected, received, cause })
}
