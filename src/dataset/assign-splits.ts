// A split for every row: the written one, else one that we make (`spec/splits.ts`).

import type { Dataset, Row, Split } from '../spec/dataset.ts'
import { bindingKeys, heldOut } from '../spec/splits.ts'
import type { TableRow } from './read-table.ts'

/**
 * A row without a written split follows the one that is written for other rows of its group or id, where that is
 * only one; else a tenth is held out as `val`, whatever the seed.
 */
export function assignSplits(rows: readonly (TableRow & { id: string })[]): {
  rows: Row[]
  splits: Dataset['splits']
} {
  const keys = bindingKeys(rows)
  const written = new Map<string, Set<Split>>()
  rows.forEach(({ split }, i) => {
    if (split) written.set(keys[i], (written.get(keys[i]) ?? new Set()).add(split))
  })
  const splits = rows.map(({ split }, i) => {
    const [follows, ...others] = written.get(keys[i]) ?? []
    return split ?? (others.length === 0 ? follows : undefined)
  })
  const isHeld = heldOut(rows.filter((_, i) => !splits[i]))
  let open = 0
  const unwritten = rows.filter(({ split }) => !split).length
  return {
    rows: rows.map((row, i) => {
      const split = splits[i]
      if (split) return { ...row, split }
      return { ...row, split: isHeld[open++] ? 'val' : 'train', isSplitMade: true }
    }),
    splits: unwritten === 0 ? 'written' : unwritten === rows.length ? 'made' : 'mixed',
  }
}
