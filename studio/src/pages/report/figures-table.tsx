// A table of figures: names at the left, numbers at the right, three decimals for shares, nothing where nothing was
// measured. It scrolls by itself where it is wider than the page.

import type { ComponentChildren } from 'preact'

export interface FiguresTableProps {
  readonly label: string
  readonly columns: readonly string[]
  /** The first cell of a row is its name. */
  readonly rows: readonly (readonly [ComponentChildren, ...(number | string | undefined)[]])[]
}

export function FiguresTable({ label, columns, rows }: FiguresTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus
    <section class="table-frame" tabIndex={0} aria-label={label}>
      <table class="table">
        <thead>
          <tr>
            {columns.map((column, k) => (
              <th key={column} scope="col" class={k === 0 ? undefined : 'numeric'}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...figures], row) => (
            <tr key={row}>
              <th scope="row" class="map-nowrap">
                {name}
              </th>
              {figures.map((figure, k) => (
                <td key={columns[k + 1]} class="numeric">
                  {typeof figure === 'number' ? formatted(figure) : figure}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function formatted(figure: number): string {
  return Number.isInteger(figure) && Math.abs(figure) !== 1 && figure !== 0
    ? figure.toLocaleString('en')
    : figure.toFixed(3)
}
