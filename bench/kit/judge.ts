// What each query of a task's test rows scored in a space, so that two spaces can be compared query by query.

import { Random } from '../../src/math/random.ts'
import { averagePrecision, pessimisticRanks } from '../../src/metrics/pessimistic-ranks.ts'
import { rightByLabel, rightByThing } from '../../src/metrics/right-answers.ts'
import { numbering } from '../../src/retrieval/evaluate.ts'
import { openSimilarities } from '../../src/retrieval/similarity-session.ts'
import { embedView } from '../../src/space/embed-view.ts'
import type { Space } from '../../src/spec/space.ts'
import type { HeldOut, Task } from './tasks.ts'

/** Embeddings of the items of one view, `[items, dim]`, unit rows. */
export type Embed = (view: string, items: readonly number[]) => Promise<{ data: Float32Array; dim: number }>

/** Embeds as a fitted space does. */
export function embedIn(space: Space, { data }: HeldOut): Embed {
  return async (name, items) => {
    const view = data.views.find((each) => each.name === name)!
    return { data: await embedView(space, view, items), dim: space.dim }
  }
}

/** The measure of each query, 0 to 1, in the order of the rows; queries with nothing to find are left out. */
export async function scoresOf({ measure }: Task, { data, pair }: HeldOut, embed: Embed): Promise<number[]> {
  const number = numbering(data)
  const [queries, gallery] = await Promise.all(
    pair.split('>').map(async (name) => {
      const view = data.views.find((each) => each.name === name)!
      const order = [...view.rows.keys()].filter((item) => data.rows[view.rows[item]].split === 'test')
      return { view, items: number(view, order), ...(await embed(name, order)) }
    }),
  )
  const same = queries.view.modality === gallery.view.modality
  const right =
    measure === 'map'
      ? rightByLabel(queries.items, gallery.items)
      : rightByThing(queries.items, gallery.items, same)
  const similarities = await openSimilarities(gallery.data, gallery.dim)
  const scores: number[] = []
  try {
    const { dim } = queries
    for (let query = 0; query < queries.items.things.length; query++) {
      if (right(query).length === 0) continue
      const row = await similarities.run(queries.data.subarray(query * dim, (query + 1) * dim))
      const ranks = pessimisticRanks(row, right(query))
      scores.push(measure === 'map' ? averagePrecision(ranks) : Number(ranks[0] <= depth(measure)))
    }
  } finally {
    await similarities.close()
  }
  return scores
}

function depth(measure: Task['measure']): number {
  return Number(measure.split('@')[1])
}

/**
 * Standard error of the mean difference of two methods over the same queries, by a paired bootstrap (Efron &
 * Tibshirani 1993) of 2,000 draws.
 */
export function bootstrapError(a: readonly number[], b: readonly number[], seed = 1): number {
  const random = new Random(seed)
  const differences = a.map((value, query) => value - b[query])
  const means = Array.from({ length: 2000 }, () => {
    let sum = 0
    for (let draw = 0; draw < differences.length; draw++)
      sum += differences[random.integer(differences.length)]
    return sum / differences.length
  })
  const centre = meanOf(means)
  return Math.sqrt(meanOf(means.map((value) => (value - centre) ** 2)))
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
