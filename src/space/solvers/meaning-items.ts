// The items of a sense gathered by what they mean. They are read where they lie, so that beside them only what is asked for is
// held, however many they are.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { Sense } from '../train/sense.ts'

export class MeaningItems {
  /** Place of each meaning, in the order of their first items. */
  readonly placeOf: ReadonlyMap<number, number>
  readonly #inputs: Matrix
  /** Items by the place of their meaning: those of place g from `#starts[g]` to before `#starts[g + 1]`. */
  readonly #items: Int32Array
  readonly #starts: Int32Array

  /** @param items those to gather; default all */
  constructor(
    { inputs, meanings }: Pick<Sense, 'inputs' | 'meanings'>,
    items: ArrayLike<number> & Iterable<number> = Int32Array.from(meanings.keys()),
  ) {
    const placeOf = new Map<number, number>()
    for (const item of items) {
      const meaning = meanings[item]
      if (!placeOf.has(meaning)) placeOf.set(meaning, placeOf.size)
    }
    const starts = new Int32Array(placeOf.size + 1)
    for (const item of items) starts[placeOf.get(meanings[item])! + 1]++
    for (let g = 0; g < placeOf.size; g++) starts[g + 1] += starts[g]
    const next = starts.slice()
    const sorted = new Int32Array(items.length)
    for (const item of items) sorted[next[placeOf.get(meanings[item])!]++] = item
    this.placeOf = placeOf
    this.#inputs = inputs
    this.#items = sorted
    this.#starts = starts
  }

  /** `d`. */
  get width(): number {
    return this.#inputs.cols
  }

  /** Items of the meaning at place `g`. */
  count(g: number): number {
    return this.#starts[g + 1] - this.#starts[g]
  }

  /** `[places, d]`: mean of the items of the meaning at each place, less `centre` `[d]`; default of all, and nothing off. */
  means(
    places: ArrayLike<number> = Int32Array.from({ length: this.placeOf.size }, (_, g) => g),
    centre?: Float32Array,
  ): Matrix {
    const { cols: d, data } = this.#inputs
    const out = matrix(places.length, d)
    const sum = new Float64Array(d)
    for (let row = 0; row < places.length; row++) {
      const [from, to] = [this.#starts[places[row]], this.#starts[places[row] + 1]]
      sum.fill(0)
      for (let i = from; i < to; i++) {
        const at = this.#items[i] * d
        for (let k = 0; k < d; k++) sum[k] += data[at + k]
      }
      for (let k = 0; k < d; k++) out.data[row * d + k] = sum[k] / (to - from) - (centre ? centre[k] : 0)
    }
    return out
  }
}

/** Places, in each, of the meanings that all of them have, in the order of the first. */
export function sharedMeanings(all: readonly MeaningItems[]): Int32Array[] {
  const shared = [...all[0].placeOf.keys()].filter((meaning) =>
    all.every(({ placeOf }) => placeOf.has(meaning)),
  )
  return all.map(({ placeOf }) => Int32Array.from(shared, (meaning) => placeOf.get(meaning)!))
}
