// The table's rows: which items, in which order.

import type { IndexEntry } from 'tonggan'

export type SortColumn = 'view' | 'content' | 'label' | 'id'

export interface Sorting {
  readonly column: SortColumn
  readonly direction: 'ascending' | 'descending'
}

/**
 * Points whose words, file, label or id hold `filter` (any case), sorted: numbers within words by their value, missing
 * labels last, ties as they stand.
 */
export function sortedRows(
  entries: readonly IndexEntry[],
  points: readonly number[],
  filter: string,
  { column, direction }: Sorting,
): number[] {
  const wanted = filter.trim().toLowerCase()
  const holds = ({ content, label, id }: IndexEntry) =>
    [content, label, id].some((text) => text?.toLowerCase().includes(wanted))
  const kept = wanted === '' ? [...points] : points.filter((point) => holds(entries[point]))
  const order = new Intl.Collator(undefined, { numeric: true }).compare
  const sign = direction === 'ascending' ? 1 : -1
  return kept.sort((a, b) => {
    const [x, y] = [entries[a][column], entries[b][column]]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || a - b
    return sign * order(x, y) || a - b
  })
}
