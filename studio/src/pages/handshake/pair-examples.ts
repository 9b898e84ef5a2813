// Hits and misses of one pair: items of the first view, drawn evenly, that have a partner in the second, and what they find
// there. Who answers is told by the caller: the engine in the studio, the page's own rows in a report.

import type { IndexEntry, ViewName } from 'tonggan'

export interface PairExample {
  /** Position of the item that asks. */
  readonly query: number
  /** Positions that were found, most similar first. */
  readonly found: readonly number[]
  /** Place of the first right one among them, from 1; undefined: none of them is. */
  readonly place?: number
  /** A right answer, where none was found. */
  readonly wanted: number
}

/** The `k` items of `view` most similar to one that is known. */
export type Nearest = (position: number, view: ViewName, k: number) => Promise<readonly number[]>

const k = 10

export interface ExamplesOptions {
  readonly entries: readonly IndexEntry[]
  readonly from: ViewName
  readonly to: ViewName
  readonly nearest: Nearest
  /** Items that ask. Default 24. */
  readonly atMost?: number
}

/** Right is the same thing, or the same words or file within one view. */
export async function pairExamples(options: ExamplesOptions): Promise<PairExample[]> {
  const { entries, from, to, nearest, atMost = 24 } = options
  const answers = new Map<string, number[]>()
  for (const [position, { view, id }] of entries.entries()) {
    if (view !== to) continue
    const known = answers.get(id)
    if (known) known.push(position)
    else answers.set(id, [position])
  }
  const asking = [...entries.keys()].filter((at) => entries[at].view === from && answers.has(entries[at].id))
  const chosen = Array.from({ length: Math.min(atMost, asking.length) }, (_, j) => {
    return asking[Math.floor((j * asking.length) / Math.min(atMost, asking.length))]
  })
  const examples: PairExample[] = []
  for (const query of chosen) {
    const right = answers.get(entries[query].id)!
    const contents = new Set(right.map((position) => entries[position].content))
    const found = await nearest(query, to, k)
    const place = found.findIndex((position) => contents.has(entries[position].content)) + 1
    examples.push({ query, found, wanted: right[0], ...(place > 0 && { place }) })
  }
  return examples
}
