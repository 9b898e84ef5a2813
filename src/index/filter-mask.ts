// Filters are answered before the search, not after it: what a filter leaves out gets similarity -Infinity, so the
// best k of what remains are found whatever stands beside them.

import type { IndexEntry, SearchFilter } from '../spec/search.ts'

export interface FilterMask {
  /** `[1, entries]`: 0 where the entry takes part, -Infinity where not. */
  readonly mask: Float32Array
  /** How many take part. */
  readonly matches: number
}

/** Every named field must match one of its values; an entry without a label matches no label. */
export function filterMask(entries: readonly IndexEntry[], filter: SearchFilter = {}): FilterMask {
  const mask = new Float32Array(entries.length)
  const wanted = (['modality', 'view', 'label'] as const).flatMap((field) => {
    const value = filter[field]
    return value === undefined ? [] : [{ field, values: new Set<string>([value].flat()) }]
  })
  if (wanted.length === 0) return { mask, matches: entries.length }
  let matches = 0
  entries.forEach((entry, position) => {
    const takesPart = wanted.every(({ field, values }) => {
      const own = entry[field]
      return own !== undefined && values.has(own)
    })
    if (takesPart) matches++
    else mask[position] = Number.NEGATIVE_INFINITY
  })
  return { mask, matches }
}
