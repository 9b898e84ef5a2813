// The number that every choice of a fit is made by: mean average precision over ordered pairs of views of different
// modalities (of different views where there is only one modality), on validation items, with the positives that
// were asked for. It sees the whole ranking, so it is steadier than recall@1 on the few items that are held out.

import { type Matrix, takeRows } from '../../math/matrix.ts'
import { averagePrecision, pessimisticRanks } from '../../metrics/pessimistic-ranks.ts'
import { type RankedItems, rightByLabel, rightByThing } from '../../metrics/right-answers.ts'
import type { ViewName } from '../../spec/modality.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import type { Positives } from './fit-options.ts'

export type EmbeddedSense = Omit<Sense, 'inputs'> & {
  /** `[items, dim]`, unit rows. */
  readonly embeddings: Matrix
}

export interface ValidationScore {
  /** Mean over the pairs, 0 to 1; NaN where no view has anything to find in another. */
  readonly score: number
  /** Mean average precision of each ordered pair of views, `image>text.en`. */
  readonly pairs: Readonly<Record<string, number>>
}

interface EmbeddedView extends RankedItems {
  readonly name: ViewName
  readonly sense: number
  readonly embeddings: Matrix
}

export async function validationScore(
  products: MatrixProducts,
  senses: readonly EmbeddedSense[],
  positives: Positives,
): Promise<ValidationScore> {
  const views = senses.flatMap((sense, s) => splitViews(sense, s))
  const pairs: Record<string, number> = {}
  for (const a of views) {
    for (const b of views) {
      if (a === b || (a.sense === b.sense && senses.length > 1)) continue
      const similarities = await products.multiply(a.embeddings, b.embeddings, { transB: true })
      const answers = positives === 'label' ? rightByLabel(a, b) : rightByThing(a, b, a.sense === b.sense)
      const precisions = Array.from({ length: similarities.rows }, (_, query) => query)
        .filter((query) => answers(query).length > 0)
        .map((query) => averagePrecision(pessimisticRanks(rowOf(similarities, query), answers(query))))
      if (precisions.length > 0) pairs[`${a.name}>${b.name}`] = mean(precisions)
    }
  }
  return { score: mean(Object.values(pairs)), pairs }
}

/** The mean of scores of the same senses on different rows. */
export function meanScore(scores: readonly ValidationScore[]): ValidationScore {
  const names = [...new Set(scores.flatMap(({ pairs }) => Object.keys(pairs)))]
  const pairs = names.map((name) => [name, mean(scores.flatMap(({ pairs }) => pairs[name] ?? []))] as const)
  return { score: mean(scores.map(({ score }) => score)), pairs: Object.fromEntries(pairs) }
}

function splitViews(
  { embeddings, meanings, contents, views, viewNames }: EmbeddedSense,
  sense: number,
): EmbeddedView[] {
  return [...new Set(views)].map((view) => {
    const items = Int32Array.from(views.keys()).filter((item) => views[item] === view)
    const pick = (numbers: Int32Array) => items.map((item) => numbers[item])
    return {
      name: viewNames[view],
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
