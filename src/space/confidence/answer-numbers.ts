// Which of a query's leading hits are one answer: a thing's two drawings, two captions of equal words.

/** `[items]`: the place of the first item that is the same answer as this one. */
export function answerNumbers<Item>(items: readonly Item[], isSame: (a: Item, b: Item) => boolean): number[] {
  return items.map((item, k) => items.findIndex((first, at) => at === k || isSame(first, item)))
}
