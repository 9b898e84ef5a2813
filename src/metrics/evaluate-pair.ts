// How well one view finds another: recall, reciprocal and median rank, and mean average precision of one ordered pair of views,
// from similarities that come in blocks of queries, so that no more than one block is held.

import { TongganError } from '../spec/errors.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import type { PairReport } from '../spec/space.ts'
import { expectedAveragePrecision } from './chance.ts'
import { averagePrecision, pessimisticRanks } from './pessimistic-ranks.ts'
import { type RankedItems, rightByLabel, rightByThing } from './right-answers.ts'

/** Queries `from` to `to` (not included) → similarities `[to - from, gallery]`, larger is better. */
export type SimilarityBlock = (from: number, to: number) => Float32Array | Promise<Float32Array>

export interface EvaluatePairOptions extends Pick<LongCall, 'signal'> {
  /** Whether the two views are of one modality, so that their contents are comparable. Default false. */
  sameModality?: boolean
  /** Is shown every query's similarities `[gallery]` and the positions of its right items, by thing and by label. */
  onQuery?: (row: Float32Array, sameThing: readonly number[], sameLabel: readonly number[]) => void
  /** Queries a block. Default 256, fewer where the gallery is so large that a block would pass 64 MiB. */
  blockRows?: number
}

/**
 * The report of one ordered pair, or undefined where no query has anything to find.
 *
 * `recall@k` is the share of queries whose first right item has rank k or better, `mrr` the mean of 1 over that rank,
 * `medianRank` its median; right is the same thing or equal content. `map` is the mean average precision by label. Queries without a
 * right item are left out of a measure, and a measure without queries is absent; `queries` counts those of recall,
 * else those of `map`. Ties count against the query.
 *
 * The two views are different ones, so a query's own item is never in its gallery.
 *
 * @throws TongganError `not-finite` for a similarity that is NaN or infinite, `cancelled`
 */
export async function evaluatePair(
  queries: RankedItems,
  gallery: RankedItems,
  similarities: SimilarityBlock,
  { sameModality = false, onQuery, blockRows, signal }: EvaluatePairOptions = {},
): Promise<PairReport | undefined> {
  const count = queries.things.length
  const size = gallery.things.length
  const rows = blockRows ?? Math.max(1, Math.min(256, Math.floor(2 ** 24 / size)))
  const thingAnswers = rightByThing(queries, gallery, sameModality)
  const labelAnswers = rightByLabel(queries, gallery)
  const firstRanks: number[] = []
  const precisions: number[] = []
  let guessedFirst = 0
  let guessedPrecision = 0
  for (let from = 0; from < count; from += rows) {
    throwIfAborted(signal, 'evaluate')
    const to = Math.min(count, from + rows)
    const block = await similarities(from, to)
    requireFinite(block)
    for (let query = from; query < to; query++) {
      const row = block.subarray((query - from) * size, (query - from + 1) * size)
      const sameThing = thingAnswers(query)
      if (sameThing.length > 0) {
        firstRanks.push(pessimisticRanks(row, sameThing)[0])
        guessedFirst += sameThing.length / size
      }
      const sameLabel = labelAnswers(query)
      if (sameLabel.length > 0) {
        precisions.push(averagePrecision(pessimisticRanks(row, sameLabel)))
        guessedPrecision += expectedAveragePrecision(size, sameLabel.length)
      }
      onQuery?.(row, sameThing, sameLabel)
    }
  }
  if (firstRanks.length + precisions.length === 0) return undefined
  return {
    queries: firstRanks.length || precisions.length,
    gallery: size,
    ...(firstRanks.length > 0 && {
      'recall@1': recall(firstRanks, 1),
      'recall@5': recall(firstRanks, 5),
      'recall@10': recall(firstRanks, 10),
      mrr: mean(firstRanks.map((rank) => 1 / rank)),
      medianRank: median(firstRanks),
    }),
    ...(precisions.length > 0 && { map: mean(precisions) }),
    chance: precisions.length > 0 ? guessedPrecision / precisions.length : guessedFirst / firstRanks.length,
  }
}

function recall(ranks: readonly number[], k: number): number {
  return ranks.filter((rank) => rank <= k).length / ranks.length
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The middle one, or the mean of the middle two. */
function median(ranks: readonly number[]): number {
  const sorted = ranks.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function requireFinite(block: Float32Array): void {
  const bad = block.findIndex((similarity) => !Number.isFinite(similarity))
  if (bad < 0) return
  throw new TongganError('not-finite', {
    operation: 'evaluate',
    expected: 'finite similarities',
    received: String(block[bad]),
    remedy: 'look for NaN or infinite embeddings',
  })
}
