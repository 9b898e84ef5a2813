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
  const [modalities, views, labels] = [filter.modality, filter.view, filter.label].map(
    (wanted) => wanted !== undefined && new Set<string | undefined>([wanted].flat()),
  )
  if (!modalities && !views && !labels) return { mask, matches: entries.length }
  let matches = 0
  for (let position = 0; position < entries.length; position++) {
    const { modality, view, label } = entries[position]
    const takesPart =
      (!modalities || modalities.has(modality)) &&
      (!views || views.has(view)) &&
      (!labels || labels.has(label))
    if (takesPart) matches++
    else mask[position] = Number.NEGATIVE_INFINITY
  }
  return { mask, matches }
}
