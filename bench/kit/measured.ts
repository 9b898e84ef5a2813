// Several measurements of one thing in a few words.

/** `0.926 ± 0.004`: mean and sample standard deviation; of one value, the value. */
export function meanAndSpread(values: readonly number[], digits = 3): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length === 1) return mean.toFixed(digits)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return `${mean.toFixed(digits)} ± ${Math.sqrt(variance).toFixed(digits)}`
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}
