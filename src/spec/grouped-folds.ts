// Folds for choosing between methods: every key (a group, else a thing; spec/splits.ts) is in one fold as a whole.

/** The most folds. */
const mostFolds = 5

/**
 * Key → fold. The largest keys are dealt first, each to the fold with the fewest items, ties to the first: as even as
 * it gets, without a seed. As many folds as keys where there are fewer than five.
 */
export function groupedFolds(keys: readonly string[]): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1)
  const loads = new Array<number>(Math.min(mostFolds, sizes.size)).fill(0)
  const folds = new Map<string, number>()
  for (const [key, size] of [...sizes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))) {
    const fold = loads.indexOf(Math.min(...loads))
    loads[fold] += size
    folds.set(key, fold)
  }
  return folds
}
