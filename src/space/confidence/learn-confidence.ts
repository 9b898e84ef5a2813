// How sure a space may be, learned from validation queries, which it was not fitted on. Of each is known what it found
// with its answer in the gallery, and what with its answer taken out.
//
// Slope and offset are those of the greatest likelihood of what was right, with a weak prior on the slope, which a few
// queries that are all told apart would make endless. Where one thing answers, only queries with their answer there are
// learned from: a confidence says how sure a hit is if there is one, and the threshold whether there is. Where any number
// may answer, wrong hits are rare in a good space, so that those of queries without their answer are learned from, too.
// The threshold is the one of fewest errors, false accepts and false rejects together, among those that turn at most one in
// ten queries away whose answer is there, since "nothing matches" in vain hides what was found; where a range of them is as
// good, its middle.

import { minimise } from '../../math/minimise.ts'
import type { PairCalibration } from '../../spec/space.ts'
import { confidenceOf, type Lead, type Odds } from './confidence.ts'

/** A lead of which is known whether it is right. */
export interface JudgedLead extends Lead {
  readonly right: boolean
}

/** What a query that has an answer found: at most `leadingHits`, most similar first. */
export interface JudgedQuery {
  readonly leads: readonly JudgedLead[]
  /** With all its right items taken out of the gallery. */
  readonly withoutAnswer: readonly JudgedLead[]
}

/** Fewer queries say too little. */
const leastQueries = 20
/** The most that are learned from, evenly drawn. */
const mostQueries = 4096
/** Share of queries with an answer that may be told that nothing matches. */
const mostFalseRejects = 0.1
/** Weight of the prior on the slope, in queries, for similarities of unit variance. */
const priorWeight = 0.1

/** Undefined where there are too few queries, nothing to take out, or where similarity says nothing. */
export async function learnConfidence(
  all: readonly JudgedQuery[],
  answers: Odds['answers'],
): Promise<PairCalibration | undefined> {
  const queries = evenly(all, mostQueries)
  const without = queries.filter(({ withoutAnswer }) => withoutAnswer.length > 0)
  if (queries.length < leastQueries || without.length < leastQueries) return undefined
  const trials = queries.flatMap(({ leads, withoutAnswer }) =>
    answers === 'one' ? [contest(leads)] : [...leads, ...withoutAnswer].map((lead) => contest([lead])),
  )
  const odds = { answers, ...(await likeliest(trials, answers)) }
  if (!(odds.slope > 0)) return undefined
  const evidence = (leads: readonly Lead[]) => confidenceOf(odds, leads).evidence
  const chosen = chooseThreshold(
    queries.map(({ leads }) => evidence(leads)),
    without.map(({ withoutAnswer }) => evidence(withoutAnswer)),
  )
  return { ...odds, ...chosen, queries: queries.length }
}

/** Alternatives, of which one is right or none. */
interface Trial {
  readonly similarities: readonly number[]
  readonly galleries: readonly number[]
  /** Place of the right one, or -1. */
  readonly right: number
}

/** The best lead of each answer. */
function contest(leads: readonly JudgedLead[]): Trial {
  const best = leads.filter(({ answer }, k) => leads.findIndex((lead) => lead.answer === answer) === k)
  return {
    similarities: best.map(({ similarity }) => similarity),
    galleries: best.map(({ gallery }) => gallery),
    right: best.findIndex(({ right }) => right),
  }
}

/** Slope and offset of the greatest likelihood: a convex problem of two numbers, solved for standardised similarities. */
async function likeliest(
  trials: readonly Trial[],
  answers: Odds['answers'],
): Promise<Pick<Odds, 'slope' | 'offset'>> {
  const all = trials.flatMap(({ similarities }) => similarities)
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  const spread = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) || 1
  const loss = async ([slope, offset]: Float64Array) => {
    let value = (priorWeight * slope ** 2) / 2
    const gradient = [priorWeight * slope, 0]
    for (const { similarities, galleries, right } of trials) {
      const x = similarities.map((similarity) => (similarity - mean) / spread)
      const logits = x.map(
        (similarity, k) => slope * similarity + offset - (answers === 'one' ? Math.log(galleries[k]) : 0),
      )
      const largest = Math.max(0, ...logits)
      const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), Math.exp(-largest))
      value += Math.log(sum) + largest - (right < 0 ? 0 : logits[right])
      logits.forEach((logit, k) => {
        const off = Math.exp(logit - largest) / sum - Number(k === right)
        gradient[0] += off * x[k]
        gradient[1] += off
      })
    }
    const scale = 1 / trials.length
    return { value: value * scale, gradient: gradient.map((entry) => entry * scale) }
  }
  const { x } = await minimise(loss, Float64Array.of(1, 0), { tolerance: 1e-6 })
  return { slope: x[0] / spread, offset: x[1] - (x[0] * mean) / spread }
}

/** @param present evidence of queries whose answer is there @param absent of those whose answer was taken out */
export function chooseThreshold(
  present: readonly number[],
  absent: readonly number[],
): Pick<PairCalibration, 'threshold' | 'falseAccepts' | 'falseRejects'> {
  const values = [...new Set([...present, ...absent])].sort((a, b) => a - b)
  const [p, a] = [present.toSorted((x, y) => x - y), absent.toSorted((x, y) => x - y)]
  let best = { threshold: 0, falseAccepts: 1, falseRejects: 0, errors: Number.POSITIVE_INFINITY }
  let [rejected, turnedAway] = [0, 0]
  let before = 0
  // between two neighbouring values every threshold does the same: the middle stands for all of them
  for (const value of [...values, 1]) {
    while (p[rejected] < value) rejected++
    while (a[turnedAway] < value) turnedAway++
    const falseAccepts = 1 - turnedAway / a.length
    const falseRejects = rejected / p.length
    const errors = falseAccepts + falseRejects
    const threshold = middle(before, value)
    before = value
    if (falseRejects <= mostFalseRejects && errors < best.errors)
      best = { threshold, falseAccepts, falseRejects, errors }
  }
  const { errors: _, ...chosen } = best
  return chosen
}

/** Half-way in log-odds, hence in similarity. */
function middle(a: number, b: number): number {
  const [x, y] = [a, b].map((p) => Math.max(1e-9, Math.min(1 - 1e-9, p))).map((p) => Math.log(p / (1 - p)))
  return 1 / (1 + Math.exp(-(x + y) / 2))
}

function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, k) => items[Math.floor((k * items.length) / most)])
}
