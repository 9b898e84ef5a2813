// Which slots of a batch mean the same in two senses, as soft targets for a symmetric contrastive loss (D3).
// Slot i of sense a and slot j of sense b are positives where the slots mean the same, or where the items of slots
// i and j say the same in a, or in b (one caption for two pictures), so that equal meanings are never pushed apart.

import type { Batch, BatchSense } from './batches.ts'

export interface PairTargets {
  /** `[slots, slots]`: half the targets of a→b plus half those of b→a, each query's spread evenly over its positives; sums to 1. */
  readonly targets: Float32Array
  /** `[slots]`: weight of each slot of a as a query, and of b; each sums to 1 where any slot has both senses. */
  readonly queryWeights: readonly [Float32Array, Float32Array]
}

/** `[slots, slots]`: 1 where slot i of a and slot j of b are perceived and positives, else 0. */
export function pairPositives({ slots, meanings }: Batch, a: BatchSense, b: BatchSense): Uint8Array {
  const positives = new Uint8Array(slots * slots)
  for (const [keys, first] of [
    [meanings, 0],
    [a.contents, 1],
    [b.contents, 2],
  ] as const) {
    for (const group of groups(keys, first > 0)) {
      for (const i of group) {
        if (!a.present[i]) continue
        for (const j of group) if (b.present[j]) positives[i * slots + j] = 1
      }
    }
  }
  return positives
}

export function pairTargets(batch: Batch, a: BatchSense, b: BatchSense): PairTargets {
  const { slots } = batch
  const positives = pairPositives(batch, a, b)
  const rowCounts = new Float32Array(slots)
  const colCounts = new Float32Array(slots)
  for (let i = 0, at = 0; i < slots; i++) {
    for (let j = 0; j < slots; j++, at++) {
      rowCounts[i] += positives[at]
      colCounts[j] += positives[at]
    }
  }
  const rowWeights = evenWeights(rowCounts)
  const colWeights = evenWeights(colCounts)
  const targets = new Float32Array(slots * slots)
  for (let i = 0, at = 0; i < slots; i++) {
    for (let j = 0; j < slots; j++, at++) {
      if (positives[at]) targets[at] = 0.5 * (rowWeights[i] / rowCounts[i] + colWeights[j] / colCounts[j])
    }
  }
  return { targets, queryWeights: [rowWeights, colWeights] }
}

/** The slots of each key; keys below 0 stand for themselves (`skipNegative`: for nothing). */
function groups(keys: Int32Array, skipNegative: boolean): Iterable<number[]> {
  const byKey = new Map<number, number[]>()
  keys.forEach((key, slot) => {
    if (skipNegative && key < 0) return
    const group = byKey.get(key)
    if (group) group.push(slot)
    else byKey.set(key, [slot])
  })
  return byKey.values()
}

function evenWeights(counts: Float32Array): Float32Array {
  const queries = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  return counts.map((count) => (count > 0 ? 1 / queries : 0))
}
