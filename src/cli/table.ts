// A table for people: columns aligned, numbers to the right, the last column cut where the terminal ends.

import { cutToWidth, displayWidth, plainLine } from './display-width.ts'

/** A cell; numbers stand to the right, an undefined one is empty. */
export type Cell = string | number | undefined

export interface TableOptions {
  /** Cells a line; default: no limit. */
  width?: number
}

/**
 * Lines of a header and rows, two spaces between columns; columns without a single cell are left out. Give numbers
 * as text where their digits matter.
 */
export function formatTable(
  fullHeader: readonly string[],
  fullRows: readonly (readonly Cell[])[],
  { width = Number.POSITIVE_INFINITY }: TableOptions = {},
): string {
  const isUsed = fullHeader.map((_, column) => fullRows.some((row) => row[column] !== undefined))
  const header = fullHeader.filter((_, column) => isUsed[column])
  const rows = fullRows.map((row) => row.filter((_, column) => isUsed[column]))
  const lines = [header, ...rows].map((row) => row.map((cell) => plainLine(String(cell ?? ''))))
  const widths = header.map((_, column) => Math.max(...lines.map((line) => displayWidth(line[column]))))
  const isNumber = header.map((_, column) =>
    rows.every((row) => row[column] === undefined || /^[-\d.,%]*$/.test(String(row[column]))),
  )
  return lines
    .map((line) => {
      const padded = line.map((text, column) => {
        const padding = ' '.repeat(widths[column] - displayWidth(text))
        if (isNumber[column]) return padding + text
        return column === line.length - 1 ? text : text + padding
      })
      return cutToWidth(padded.join('  ').trimEnd(), width)
    })
    .join('\n')
}
