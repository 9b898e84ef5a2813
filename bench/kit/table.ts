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
