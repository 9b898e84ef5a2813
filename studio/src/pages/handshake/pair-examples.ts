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
  /** Items that ask. Default 48. */
  readonly atMost?: number
}

/** Right is the same thing, or the same words or file; where no thing has both perceptions, the same label. */
export async function pairExamples(options: ExamplesOptions): Promise<PairExample[]> {
  const byThing = await examplesBy(({ id }) => id, options)
  return byThing.length > 0 ? byThing : examplesBy(({ label }) => label, options)
}

async function examplesBy(
  meaning: (entry: IndexEntry) => string | undefined,
  { entries, from, to, nearest, atMost = 48 }: ExamplesOptions,
): Promise<PairExample[]> {
  const answers = new Map<string, number[]>()
  for (const [position, entry] of entries.entries()) {
    const means = entry.view === to ? meaning(entry) : undefined
    if (means !== undefined) push(answers, means, position)
  }
  const asking = [...entries.keys()].filter((at) => {
    const means = entries[at].view === from ? meaning(entries[at]) : undefined
    return means !== undefined && answers.has(means)
  })
  const count = Math.min(atMost, asking.length)
  const examples: PairExample[] = []
  for (let j = 0; j < count; j++) {
    const query = asking[Math.floor((j * asking.length) / count)]
    const right = answers.get(meaning(entries[query])!)!
    const contents = new Set(right.map((position) => entries[position].content))
    const found = await nearest(query, to, k)
    const place = found.findIndex((position) => contents.has(entries[position].content)) + 1
    examples.push({ query, found, wanted: right[0], ...(place > 0 && { place }) })
  }
  return examples
}

function push(lists: Map<string, number[]>, name: string, value: number): void {
  const known = lists.get(name)
  if (known) known.push(value)
  else lists.set(name, [value])
}
