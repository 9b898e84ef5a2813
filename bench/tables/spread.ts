// A mean and how far the values lie apart.

/** `0.912 ± 0.004`: mean and standard deviation of a sample. */
export function formatSpread(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return `${mean.toFixed(3)} ± ${Math.sqrt(squares / Math.max(1, values.length - 1)).toFixed(3)}`
}
