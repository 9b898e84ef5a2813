// Filters are answered before the search, not after it: what a filter leaves out gets similarity -Infinity, so the
// best k of what remains are found whatever stands beside them. A filter that comes again is not answered again:
// a page asks with the same one letter after letter.

import type { ViewName } from '../spec/modality.ts'
import type { IndexEntry, SearchFilter } from '../spec/search.ts'

export interface FilterMask {
  /** `[1, entries]`: 0 where the entry takes part, -Infinity where not. */
  readonly mask: Float32Array
  /** How many take part. */
  readonly matches: number
  /** The same by view. */
  readonly matchesOfView: ReadonlyMap<ViewName, number>
}

/** Every named field must match one of its values; an entry without a label matches no label. */
export function filterMask(entries: readonly IndexEntry[], filter: SearchFilter = {}): FilterMask {
  const mask = new Float32Array(entries.length)
  const [modalities, views, labels] = [filter.modality, filter.view, filter.label].map(
    (wanted) => wanted !== undefined && new Set<string | undefined>([wanted].flat()),
  )
  const matchesOfView = new Map<ViewName, number>()
  let matches = 0
  for (let position = 0; position < entries.length; position++) {
    const { modality, view, label } = entries[position]
    const takesPart =
      (!modalities || modalities.has(modality)) &&
      (!views || views.has(view)) &&
      (!labels || labels.has(label))
    if (takesPart) {
      matches++
      matchesOfView.set(view, (matchesOfView.get(view) ?? 0) + 1)
    } else mask[position] = Number.NEGATIVE_INFINITY
  }
  return { mask, matches, matchesOfView }
}

/** The masks that were asked for last, of entries that only ever grow. */
export class FilterMasks {
  /** Oldest first. */
  readonly #masks = new Map<string, FilterMask>()
  readonly #most: number

  /** @param most masks that are kept, each 4 bytes an entry. Default 16 */
  constructor(most = 16) {
    this.#most = most
  }

  /** As `filterMask`; not to be written into. */
  of(entries: readonly IndexEntry[], filter: SearchFilter = {}): FilterMask {
    const key = JSON.stringify([entries.length, filter.modality, filter.view, filter.label])
    const known = this.#masks.get(key)
    this.#masks.delete(key)
    const mask = known ?? filterMask(entries, filter)
    this.#masks.set(key, mask)
    const [oldest] = this.#masks.keys()
    if (this.#masks.size > this.#most) this.#masks.delete(oldest)
    return mask
  }
}
