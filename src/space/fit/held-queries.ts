// What the items that are held out find among each other, with their answers in the gallery and with them taken out: what
// confidence is learned from. By pair of modalities, over all ordered pairs of their views.

import { type Leading, leading } from '../../metrics/leading.ts'
import { answerNumbers } from '../confidence/answer-numbers.ts'
import { leadingHits } from '../confidence/confidence.ts'
import type { JudgedLead, JudgedQuery } from '../confidence/learn-confidence.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Positives } from './fit-options.ts'
import { type EmbeddedSense, embeddedViews, rightAnswers, rowOf } from './validation-score.ts'

/** `image>text` → what was asked. */
export type HeldQueries = ReadonlyMap<string, readonly JudgedQuery[]>

export async function heldQueries(
  products: MatrixProducts,
  folds: readonly (readonly EmbeddedSense[])[],
  positives: Positives,
): Promise<HeldQueries> {
  const all = new Map<string, JudgedQuery[]>()
  for (const senses of folds) {
    const views = embeddedViews(senses)
    for (const a of views) {
      for (const b of views) {
        if (a === b) continue
        const pair = `${a.modality}>${b.modality}`
        const queries = all.get(pair) ?? []
        all.set(pair, queries)
        const similarities = await products.multiply(a.embeddings, b.embeddings, { transB: true })
        const answers = rightAnswers(a, b, positives)
        const isSame = (x: Leading, y: Leading) =>
          b.things[x.position] === b.things[y.position] || b.contents[x.position] === b.contents[y.position]
        const judged = (found: readonly Leading[], gallery: number, right: readonly number[]) => {
          const numbers = answerNumbers(found, isSame)
          return found.map(({ similarity, position }, k): JudgedLead => {
            return { similarity, answer: numbers[k], gallery, right: right.includes(position) }
          })
        }
        for (let query = 0; query < a.embeddings.rows; query++) {
          const right = answers(query)
          if (right.length === 0) continue
          const row = rowOf(similarities, query)
          queries.push({
            leads: judged(leading(row, leadingHits), row.length, right),
            withoutAnswer: judged(leading(row, leadingHits, right), row.length - right.length, []),
          })
        }
      }
    }
  }
  return all
}
