// The number that every choice of a fit is made by: mean average precision over ordered pairs of views of different
// modalities (of different views where there is only one modality), on validation items, with the positives that
// were asked for. It sees the whole ranking, so it is steadier than recall@1 on the few items that are held out.

import type { Matrix } from '../../math/matrix.ts'
import { takeRows } from '../../math/matrix.ts'
import { averagePrecision, pessimisticRanks } from '../../metrics/pessimistic-ranks.ts'
import { type RankedItems, rightByLabel, rightByThing } from '../../metrics/right-answers.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import type { Positives } from './fit-options.ts'

export type EmbeddedSense = Omit<Sense, 'inputs'> & {
  /** `[items, dim]`, unit rows. */
  readonly embeddings: Matrix
}

interface EmbeddedView extends RankedItems {
  readonly sense: number
  readonly embeddings: Matrix
}

/** 0 to 1; NaN where no view has anything to find in another. */
export async function validationScore(
  products: MatrixProducts,
  senses: readonly EmbeddedSense[],
  positives: Positives,
): Promise<number> {
  const views = senses.flatMap((sense, s) => splitViews(sense, s))
  const scores: number[] = []
  for (const a of views) {
    for (const b of views) {
      if (a === b || (a.sense === b.sense && senses.length > 1)) continue
      const similarities = await products.multiply(a.embeddings, b.embeddings, { transB: true })
      const answers = positives === 'label' ? rightByLabel(a, b) : rightByThing(a, b, a.sense === b.sense)
      const precisions = Array.from({ length: similarities.rows }, (_, query) => answers(query))
        .map((right, query) => ({ right, row: rowOf(similarities, query) }))
        .filter(({ right }) => right.length > 0)
        .map(({ right, row }) => averagePrecision(pessimisticRanks(row, right)))
      if (precisions.length > 0) scores.push(mean(precisions))
    }
  }
  return scores.length > 0 ? mean(scores) : Number.NaN
}

function splitViews({ embeddings, meanings, contents, views }: EmbeddedSense, sense: number): EmbeddedView[] {
  return [...new Set(views)].map((view) => {
    const items = Int32Array.from(views.keys()).filter((item) => views[item] === view)
    const pick = (numbers: Int32Array) => items.map((item) => numbers[item])
    return {
      sense,
      embeddings: takeRows(embeddings, items),
      things: pick(meanings),
      labels: pick(meanings),
      contents: pick(contents),
    }
  })
}

function rowOf({ cols, data }: Matrix, row: number): Float32Array {
  return data.subarray(row * cols, (row + 1) * cols)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
