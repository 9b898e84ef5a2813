// The number that every choice of a fit is made by: mean average precision over ordered pairs of views of different
// modalities (of different views where there is only one modality), on validation items, with the positives that
// were asked for. It sees the whole ranking, so it is steadier than recall@1 on the few items that are held out.

import type { Matrix } from '../../math/matrix.ts'

export interface ValidationSense {
  /** `[items, dim]`, unit rows. */
  readonly embeddings: Matrix
  readonly meanings: Int32Array
  readonly views: Int32Array
}

export function validationScore(senses: readonly ValidationSense[]): number {
  const views = senses.flatMap((sense, s) =>
    [...new Set(sense.views)].map((view) => ({ s, sense, items: itemsOfView(sense.views, view) })),
  )
  let sum = 0
  let pairs = 0
  for (const a of views) {
    for (const b of views) {
      if (a === b || (a.s === b.s && senses.length > 1)) continue
      const score = pairScore(a.sense, a.items, b.sense, b.items)
      if (score === undefined) continue
      sum += score
      pairs++
    }
  }
  return pairs === 0 ? Number.NaN : sum / pairs
}

function itemsOfView(views: Int32Array, view: number): number[] {
  return Array.from(views.keys()).filter((item) => views[item] === view)
}

function pairScore(a: ValidationSense, queries: number[], b: ValidationSense, gallery: number[]): number | undefined {
  const dim = a.embeddings.cols
  let sum = 0
  let counted = 0
  for (const query of queries) {
    const scored = gallery.map((item) => {
      let similarity = 0
      for (let k = 0; k < dim; k++) similarity += a.embeddings.data[query * dim + k] * b.embeddings.data[item * dim + k]
      return { similarity, right: b.meanings[item] === a.meanings[query] }
    })
    scored.sort((x, y) => y.similarity - x.similarity || Number(x.right) - Number(y.right))
    let found = 0
    let precision = 0
    scored.forEach(({ right }, rank) => {
      if (right) precision += ++found / (rank + 1)
    })
    if (found === 0) continue
    sum += precision / found
    counted++
  }
  return counted === 0 ? undefined : sum / counted
}
