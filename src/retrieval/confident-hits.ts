// What the index calls near, as a person sees it: each hit with the space's confidence in it, and whether anything matches
// at all. Hits of one modality compete with each other, not with those of another.

import { type FlatIndex, type Neighbour, requireK } from '../index/flat-index.ts'
import { answerNumbers } from '../space/confidence/answer-numbers.ts'
import { confidenceOf, leadingHits } from '../space/confidence/confidence.ts'
import { type ModalityName, modalityOfView } from '../spec/modality.ts'
import type { Hit, Hits, SearchFilter } from '../spec/search.ts'
import type { Space } from '../spec/space.ts'

/** What was asked, as far as confidence depends on it. */
export interface Asked {
  /** The modality of the query; absent where it was several items, for which no confidence was learned. */
  readonly modality?: ModalityName
  readonly k: number
  /** As the index was searched with it. */
  readonly filter?: SearchFilter
}

/**
 * How many neighbours to ask an index for, so that confidence hardly depends on `k`: as many as compete with each other, for each
 * modality that is there. Where another one fills those places, fewer of its own compete.
 *
 * @throws TongganError `wrong-usage`
 */
export function neighboursFor(k: number, { views }: Pick<FlatIndex, 'views'>): number {
  requireK(k) // what is asked for instead would hide it from the index
  return Math.max(k, leadingHits * new Set(views.map(modalityOfView)).size)
}

/** @param neighbours the nearest `neighboursFor(k, index)` */
export function confidentHits(
  { calibration }: Pick<Space, 'calibration'>,
  index: FlatIndex,
  neighbours: readonly Neighbour[],
  { modality: asked, k, filter }: Asked,
): Hits {
  const found = neighbours.map(
    ({ position, similarity }): Hit => ({
      ...index.entries[position],
      similarity: Math.max(-1, Math.min(1, similarity)), // rounding may leave a cosine just outside
      position,
    }),
  )
  const confidences = new Map<Hit, number>()
  const nothing: (boolean | undefined)[] = []
  for (const [modality, leads] of Map.groupBy(found, (hit) => hit.modality)) {
    const learned = asked && calibration?.[`${asked}>${modality}`]
    if (!learned) {
      nothing.push(undefined)
      continue
    }
    const answers = answerNumbers(leads, (a, b) => a.id === b.id || a.content === b.content)
    const galleries = index.matchesOfView(filter)
    const { hits, evidence } = confidenceOf(
      learned,
      leads.map(({ similarity, view }, lead) => {
        return { similarity, answer: answers[lead], gallery: galleries.get(view)! }
      }),
    )
    leads.forEach((hit, lead) => {
      confidences.set(hit, hits[lead])
    })
    nothing.push(evidence < learned.threshold)
  }
  const shown: Hits = found.slice(0, k).map((hit) => {
    const confidence = confidences.get(hit)
    return confidence === undefined ? hit : { ...hit, confidence }
  })
  if (nothing.includes(false)) shown.nothingMatches = false
  else if (nothing.length > 0 && !nothing.includes(undefined)) shown.nothingMatches = true
  return shown
}
