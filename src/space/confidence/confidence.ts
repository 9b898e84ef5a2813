// From similarities to probabilities: how sure a search may be of its hits, and whether anything matches at all.
//
// A hit's odds against nothing are w = exp(slope · similarity + offset), learned on validation rows (`learn-confidence.ts`).
// Where one thing of a gallery of n answers, any of n may be it by chance, so w is divided by n, and the leading things
// compete: a hit's probability is w / (1 + w + those of the others), a softmax with a place for "none of the leading"
// (conditional logit, McFadden 1974; with one hit it is Platt's sigmoid, 1999). So a close second lowers the confidence, and
// so does a larger gallery. Where any number may answer, as by label, nothing competes: w / (1 + w).

import type { PairCalibration } from '../../spec/space.ts'

/** Hits that compete, of those that a search finds; fixed, so that confidence does not depend on how many were asked for. */
export const leadingHits = 10

/** One of the leading hits of a query. */
export interface Lead {
  readonly similarity: number
  /** Leads of equal number are one answer and do not compete: one thing, or equal content. */
  readonly answer: number
  /** Items of its view that the search could have found. */
  readonly gallery: number
}

export interface Confidence {
  /** `[leads]`: that this one is right, 0 to 1. */
  readonly hits: Float64Array
  /** That something matches, 0 to 1: what the threshold is for. */
  readonly evidence: number
}

export type Odds = Pick<PairCalibration, 'answers' | 'slope' | 'offset'>

/** @param leads most similar first; beyond `leadingHits` they compete with the leading ones and these not with them */
export function confidenceOf(odds: Odds, leads: readonly Lead[]): Confidence {
  const weights = leads.map((lead) => Math.exp(logOdds(odds, lead)))
  if (odds.answers === 'many') {
    const hits = Float64Array.from(weights, probability)
    return { hits, evidence: hits.reduce((most, value) => Math.max(most, value), 0) }
  }
  const best = new Map<number, number>()
  leads.slice(0, leadingHits).forEach(({ answer }, k) => {
    best.set(answer, Math.max(best.get(answer) ?? 0, weights[k]))
  })
  const sum = [...best.values()].reduce((total, weight) => total + weight, 0)
  const hits = Float64Array.from(weights, (weight, k) => {
    const others = sum - (best.get(leads[k].answer) ?? 0)
    return weight / (1 + others + weight)
  })
  return { hits, evidence: probability(sum) }
}

/**
 * The probability that two items match, each as likely to as not before they are compared: confidence in a gallery of one.
 * @param similarity of their embeddings, -1 to 1
 * @example
 * matchProbability(space.calibration['image>text'], 0.4)
 */
export function matchProbability(odds: Odds, similarity: number): number {
  return probability(Math.exp(logOdds(odds, { similarity, gallery: 1 })))
}

/** At most 500, whose exponential is still a number. */
export function logOdds(
  { answers, slope, offset }: Odds,
  { similarity, gallery }: Pick<Lead, 'similarity' | 'gallery'>,
): number {
  return Math.min(500, slope * similarity + offset - (answers === 'one' ? Math.log(gallery) : 0))
}

function probability(odds: number): number {
  return odds / (1 + odds)
}
