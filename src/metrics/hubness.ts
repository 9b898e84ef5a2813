// Hubs: items that stand among the nearest of far too many queries, as happens in many dimensions, and push the right
// answers down.

/**
 * Skewness of the k-occurrence, E[(N − mean)³] / σ³, where N counts how often an item is among the k nearest of a query
 * (Radovanović et al., "Hubs in space", JMLR 2010, eq. 1). About 0: no hubs; above 1: a few items answer much. 0 where all
 * occur equally often.
 *
 * @param occurrences `[gallery]`
 * @example
 * skewness([0, 0, 0, 4]) // 1.15…
 */
export function skewness(occurrences: ArrayLike<number>): number {
  const values = Float64Array.from(occurrences)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const moment = (power: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length
  const variance = moment(2)
  return variance === 0 ? 0 : moment(3) / variance ** 1.5
}
