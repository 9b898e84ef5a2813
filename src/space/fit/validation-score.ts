// The number that every choice of a fit is made by: mean average precision over ordered pairs of views, on validation
// items, with the positives that were asked for. Pairs of views of one modality count like any other: anything is to
// find anything; only where both are locked is there nothing to choose. It sees the whole ranking, so it is steadier than recall@1 on the few items that are held out.

import { firstNonFinite } from '../../math/first-non-finite.ts'
import { type Matrix, takeRows } from '../../math/matrix.ts'
import { averagePrecision, pessimisticRanks } from '../../metrics/pessimistic-ranks.ts'
import {
  type RankedItems,
  type RightAnswers,
  rightByLabel,
  rightByThing,
} from '../../metrics/right-answers.ts'
import { TongganError } from '../../spec/errors.ts'
import type { ModalityName, ViewName } from '../../spec/modality.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { itemsByView, type Sense } from '../train/sense.ts'
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
  /**
   * What each item as a query adds to the score, times the number of items that add anything, so that their mean is the score:
   * average precision, weighted as its pairs of views are; NaN where it found nothing to find. In the same order for the
   * same held items, so that two scores can be compared item by item.
   */
  readonly queries: Float64Array
}

/** The items of one view. */
export interface EmbeddedView extends RankedItems {
  readonly name: ViewName
  readonly modality: ModalityName
  readonly sense: number
  readonly locked?: boolean
  readonly embeddings: Matrix
}

/** @throws TongganError `not-finite` for embeddings that are not, which would rank first by comparing with nothing */
export async function validationScore(
  products: MatrixProducts,
  senses: readonly EmbeddedSense[],
  positives: Positives,
): Promise<ValidationScore> {
  for (const { modality, embeddings } of senses) {
    const bad = firstNonFinite(embeddings.data)
    if (bad < 0) continue
    throw new TongganError('not-finite', {
      operation: `embeddings of ${modality}`,
      expected: 'finite numbers',
      received: String(embeddings.data[bad]),
    })
  }
  const views = embeddedViews(senses)
  const pairs: Record<string, number> = {}
  const shares = views.map(({ embeddings }) => new Float64Array(embeddings.rows).fill(Number.NaN))
  for (const [v, a] of views.entries()) {
    for (const b of views) {
      if (a === b || (a.locked && b.locked)) continue
      const answers = rightAnswers(a, b, positives)
      const asked = [...shares[v].keys()].filter((query) => answers(query).length > 0)
      if (asked.length === 0) continue
      const { items, numbers } = distinctQueries(a, asked)
      const queries = takeRows(a.embeddings, items)
      const similarities = await products.multiply(queries, b.embeddings, { transB: true })
      const distinct = items.map((query, row) =>
        averagePrecision(pessimisticRanks(rowOf(similarities, row), answers(query))),
      )
      const precisions = numbers.map((number) => distinct[number])
      pairs[`${a.name}>${b.name}`] = mean(precisions)
      for (const [i, query] of asked.entries())
        shares[v][query] = (shares[v][query] || 0) + precisions[i] / asked.length
    }
  }
  const all = Float64Array.from(shares.flatMap((ofView) => [...ofView]))
  const weight = found(all) / Object.keys(pairs).length
  return { score: mean(Object.values(pairs)), pairs, queries: all.map((share) => share * weight) }
}

/** Items that say and mean the same find the same: one of each kind, and of each that is asked the number of its kind. */
function distinctQueries(
  { contents, things }: EmbeddedView,
  asked: readonly number[],
): { items: number[]; numbers: number[] } {
  const known = new Map<string, number>()
  const items: number[] = []
  const numbers = asked.map((item) => {
    const key = `${contents[item]} ${things[item]}`
    const number = known.get(key) ?? items.push(item) - 1
    known.set(key, number)
    return number
  })
  return { items, numbers }
}

/** How many queries found something to find. */
function found(queries: Float64Array): number {
  return queries.reduce((count, value) => count + Number(!Number.isNaN(value)), 0)
}

/** The mean score of several folds. */
export async function scoreOfFolds(
  products: MatrixProducts,
  folds: readonly (readonly EmbeddedSense[])[],
  positives: Positives,
): Promise<ValidationScore> {
  const scores: ValidationScore[] = []
  for (const senses of folds) scores.push(await validationScore(products, senses, positives))
  return meanScore(scores)
}

/** The mean of scores of the same senses on different rows. */
export function meanScore(scores: readonly ValidationScore[]): ValidationScore {
  const names = [...new Set(scores.flatMap(({ pairs }) => Object.keys(pairs)))]
  const pairs = names.map((name) => [name, mean(scores.flatMap(({ pairs }) => pairs[name] ?? []))] as const)
  const perFold = scores.reduce((sum, { queries }) => sum + found(queries), 0) / scores.length
  const queries = scores.flatMap(({ queries }) => {
    const weight = perFold / found(queries)
    return Array.from(queries, (value) => value * weight)
  })
  return {
    score: mean(scores.map(({ score }) => score)),
    pairs: Object.fromEntries(pairs),
    queries: Float64Array.from(queries),
  }
}

/**
 * How far `better` is above `other`, in standard errors of the mean difference over the queries that both answered;
 * Infinity where all differ by the same.
 */
export function standardErrorsAbove(better: ValidationScore, other: ValidationScore): number {
  const differences = [...better.queries]
    .map((value, query) => value - other.queries[query])
    .filter((difference) => !Number.isNaN(difference))
  const average = mean(differences)
  if (average === 0) return 0
  const variance = mean(differences.map((value) => (value - average) ** 2))
  return average / Math.sqrt(variance / Math.max(1, differences.length - 1))
}

/** What is right where one view is asked of another. */
export function rightAnswers(a: EmbeddedView, b: EmbeddedView, positives: Positives): RightAnswers {
  return positives === 'label' ? rightByLabel(a, b) : rightByThing(a, b, a.sense === b.sense)
}

export function embeddedViews(senses: readonly EmbeddedSense[]): EmbeddedView[] {
  return senses.flatMap((sense, s) => splitViews(sense, s))
}

function splitViews(
  { modality, embeddings, meanings, contents, views, viewNames, locked }: EmbeddedSense,
  sense: number,
): EmbeddedView[] {
  return itemsByView(views).map(([view, items]) => {
    const pick = (numbers: Int32Array) => items.map((item) => numbers[item])
    return {
      name: viewNames[view],
      modality,
      sense,
      locked,
      embeddings: takeRows(embeddings, items),
      things: pick(meanings),
      labels: pick(meanings),
      contents: pick(contents),
    }
  })
}

export function rowOf({ cols, data }: Matrix, row: number): Float32Array {
  return data.subarray(row * cols, (row + 1) * cols)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
