// How well senses understand each other, as one number a pair: from an evaluation, or from what a space knows of itself.

import type { Report, Split, ViewName } from 'tonggan'

export interface PairScore {
  readonly from: ViewName
  readonly to: ViewName
  /** Of the measure, 0 to 1. */
  readonly value: number
  /** What guessing would give, where that is known. */
  readonly chance?: number
  readonly queries?: number
  readonly gallery?: number
}

export interface Understanding {
  /** `recall@10`: the thing is among the first ten. `map`: mean average precision. */
  readonly measure: 'recall@10' | 'map'
  /** Rows that it was measured on. */
  readonly split: Split
  readonly pairs: readonly PairScore[]
}

/** recall@10 of every pair that has it; mAP, by label, where no pair has. */
export function understandingOf({ split, pairs }: Pick<Report, 'split' | 'pairs'>): Understanding {
  const reports = Object.entries(pairs)
  const measure = reports.some(([, pair]) => pair['recall@10'] !== undefined) ? 'recall@10' : 'map'
  return {
    measure,
    split,
    pairs: reports.flatMap(([name, pair]) => {
      const { queries, gallery, [measure]: value } = pair
      if (value === undefined) return []
      const [from, to] = name.split('>')
      // Of one right answer among the gallery, ten guesses find it so often.
      const chance = measure === 'map' ? pair.chance : Math.min(1, 10 / gallery)
      return { from, to, value, chance, queries, gallery }
    }),
  }
}

/** Mean average precision on validation rows, which `space.json` keeps of the fit; undefined where it says nothing. */
export function validationOf(evaluation: Readonly<Record<string, unknown>>): Understanding | undefined {
  const { pairs } = (evaluation.chosen ?? {}) as { pairs?: Readonly<Record<string, number>> }
  if (!pairs) return undefined
  return {
    measure: 'map',
    split: 'val',
    pairs: Object.entries(pairs).flatMap(([name, value]) => {
      const [from, to] = name.split('>')
      return typeof value === 'number' && Number.isFinite(value) ? { from, to, value } : []
    }),
  }
}

/** How well two views understand each other: the mean of both directions; undefined where neither was measured. */
export function bondOf({ pairs }: Understanding, a: ViewName, b: ViewName): number | undefined {
  return mean(pairs.filter(({ from, to }) => (from === a && to === b) || (from === b && to === a)))
}

/** How well a view finds all the others. */
export function voiceOf({ pairs }: Understanding, view: ViewName): number | undefined {
  return mean(pairs.filter(({ from }) => from === view))
}

/** Of all pairs. */
export function wholeOf({ pairs }: Understanding): number | undefined {
  return mean(pairs)
}

function mean(pairs: readonly PairScore[]): number | undefined {
  if (pairs.length === 0) return undefined
  return pairs.reduce((sum, { value }) => sum + value, 0) / pairs.length
}
