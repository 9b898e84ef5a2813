// Which slots of a batch mean the same in two senses, as soft targets for a symmetric contrastive loss (D3).
// Slot i of sense a and slot j of sense b are positives where the slots mean the same, or where the items of slots
// i and j say the same in a, or in b (one caption for two pictures), so that equal meanings are never pushed apart.
//
// [slots, slots] numbers need not fit into memory: they are given by rows, as many at a time as asked for.

import type { Batch, BatchSense } from './batches.ts'

export class PairPositives {
  readonly slots: number
  /** How many slots perceive both senses. */
  readonly both: number
  readonly #a: BatchSense
  readonly #b: BatchSense
  /** Three ways of meaning the same: keys of the slots, and the slots of b of each key. */
  readonly #ways: readonly { keys: Int32Array; slotsOf: ReadonlyMap<number, readonly number[]> }[]

  constructor({ slots, meanings }: Batch, a: BatchSense, b: BatchSense) {
    this.slots = slots
    this.#a = a
    this.#b = b
    this.both = a.present.reduce((sum, present, slot) => sum + present * b.present[slot], 0)
    this.#ways = [
      { keys: meanings, skipNegative: false },
      { keys: a.contents, skipNegative: true },
      { keys: b.contents, skipNegative: true },
    ].map(({ keys, skipNegative }) => ({ keys, slotsOf: groups(keys, skipNegative) }))
  }

  /** `[to - from, slots]`: 1 where slot from + i of a and slot j of b are perceived and positives, else 0. */
  rows(from = 0, to = this.slots): Uint8Array {
    const { slots } = this
    const positives = new Uint8Array((to - from) * slots)
    for (let i = from; i < to; i++) {
      if (!this.#a.present[i]) continue
      for (const { keys, slotsOf } of this.#ways) {
        for (const j of slotsOf.get(keys[i]) ?? []) {
          if (this.#b.present[j]) positives[(i - from) * slots + j] = 1
        }
      }
    }
    return positives
  }
}

export class PairTargets {
  /** `[slots]`: weight of each slot of a as a query, and of b; each sums to 1 where any slot has both senses. */
  readonly queryWeights: readonly [Float32Array, Float32Array]
  readonly #positives: PairPositives
  readonly #rowCounts: Float32Array
  readonly #colCounts: Float32Array

  constructor(batch: Batch, a: BatchSense, b: BatchSense) {
    this.#positives = new PairPositives(batch, a, b)
    const { slots } = batch
    this.#rowCounts = new Float32Array(slots)
    this.#colCounts = new Float32Array(slots)
    for (let from = 0; from < slots; from += countedRows) {
      const to = Math.min(slots, from + countedRows)
      const positives = this.#positives.rows(from, to)
      for (let i = from, at = 0; i < to; i++) {
        for (let j = 0; j < slots; j++, at++) {
          this.#rowCounts[i] += positives[at]
          this.#colCounts[j] += positives[at]
        }
      }
    }
    this.queryWeights = [evenWeights(this.#rowCounts), evenWeights(this.#colCounts)]
  }

  /**
   * `[to - from, slots]`: half the targets of a→b plus half those of b→a, each query's spread evenly over its positives;
   * all rows together sum to 1.
   */
  rows(from = 0, to = this.#positives.slots): Float32Array {
    const { slots } = this.#positives
    const positives = this.#positives.rows(from, to)
    const [rowWeights, colWeights] = this.queryWeights
    const targets = new Float32Array(positives.length)
    for (let i = from, at = 0; i < to; i++) {
      const row = rowWeights[i] / this.#rowCounts[i]
      for (let j = 0; j < slots; j++, at++) {
        if (positives[at]) targets[at] = 0.5 * (row + colWeights[j] / this.#colCounts[j])
      }
    }
    return targets
  }
}

/** Rows that are counted at a time. */
const countedRows = 1024

/** The slots of each key; of a key below 0 none where they are to be skipped. */
function groups(keys: Int32Array, skipNegative: boolean): Map<number, number[]> {
  const byKey = new Map<number, number[]>()
  keys.forEach((key, slot) => {
    if (skipNegative && key < 0) return
    const group = byKey.get(key)
    if (group) group.push(slot)
    else byKey.set(key, [slot])
  })
  return byKey
}

function evenWeights(counts: Float32Array): Float32Array {
  const queries = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  return counts.map((count) => (count > 0 ? 1 / queries : 0))
}
