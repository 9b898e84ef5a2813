// Folds for choosing between methods: every key (a group, else a thing; spec/splits.ts) is in one fold as a whole.

import { isBefore } from './stable-hash.ts'

/**
 * Key → fold. The keys of most items are dealt first, each to the fold with the fewest items, ties to the first: as even as
 * it gets, without a seed; of keys of one size, those first whose hash is low. As many folds as keys where there are fewer than `most`.
 */
export function groupedFolds(keys: readonly string[], most = 5): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1)
  const loads = new Array<number>(Math.min(most, sizes.size)).fill(0)
  const folds = new Map<string, number>()
  for (const [key, size] of [...sizes].sort(([a, m], [b, n]) => n - m || (isBefore(a, b) ? -1 : 1))) {
    const fold = loads.indexOf(Math.min(...loads))
    loads[fold] += size
    folds.set(key, fold)
  }
  return folds
}
