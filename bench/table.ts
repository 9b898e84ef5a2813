// What a measurement prints is Markdown, so that a person reads it and `docs/benchmarks.md` can hold it as it is.

/** A Markdown table, its columns as wide as they must be. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, col) => Math.max(3, ...all.map((row) => row[col].length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, col) => cell.padEnd(widths[col])).join(' | ')} |`
  const [first, ...rest] = all.map(line)
  return [first, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest].join('\n')
}

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
