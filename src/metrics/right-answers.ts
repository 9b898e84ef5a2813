// Which items of a gallery answer a query rightly. Items of equal content are one item, so a gallery item is right
// where some thing shows both what the query says and what the item says: the query's own thing, a second caption
// with the same words, a second picture under the query's caption. By label: where the labels are equal.

/** The items of one view that take part, item k in position k. */
export interface RankedItems {
  /** `[items]`: equal numbers are one thing. */
  readonly things: Int32Array
  /** `[items]`: equal numbers are equal content; comparable between views of one modality only. */
  readonly contents: Int32Array
  /** `[items]`: equal numbers are one label; -1 where the row has none. */
  readonly labels: Int32Array
}

/** Query → positions of its right items in the gallery, ascending; empty where there is none. */
export type RightAnswers = (query: number) => readonly number[]

/** @param sameModality whether contents of the two views are comparable: an item of equal content is then right */
export function rightByThing(
  queries: RankedItems,
  gallery: RankedItems,
  sameModality: boolean,
): RightAnswers {
  const thingsOfContent = groupBy(queries.contents, (item) => queries.things[item])
  const contentsOfThing = groupBy(gallery.things, (item) => gallery.contents[item])
  const positionsOfContent = groupBy(gallery.contents, (item) => item)
  const answers = new Map<number, readonly number[]>()
  return (query) => {
    const content = queries.contents[query]
    const known = answers.get(content)
    if (known) return known
    const contents = new Set<number>(sameModality ? [content] : [])
    for (const thing of new Set(thingsOfContent.get(content))) {
      for (const shown of contentsOfThing.get(thing) ?? []) contents.add(shown)
    }
    const [first] = contents
    if (contents.size === 1) return positionsOfContent.get(first) ?? [] // no list of its own for each query that is shown one thing
    const positions = [...contents].flatMap((shown) => positionsOfContent.get(shown) ?? [])
    positions.sort((a, b) => a - b)
    answers.set(content, positions)
    return positions
  }
}

export function rightByLabel(queries: RankedItems, gallery: RankedItems): RightAnswers {
  const positionsOfLabel = groupBy(gallery.labels, (item) => item)
  return (query) => (queries.labels[query] < 0 ? [] : (positionsOfLabel.get(queries.labels[query]) ?? []))
}

/** Key → `value(item)` of the items with that key, in order. */
function groupBy(keys: Int32Array, value: (item: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  keys.forEach((key, item) => {
    const group = groups.get(key)
    if (group) group.push(value(item))
    else groups.set(key, [value(item)])
  })
  return groups
}
