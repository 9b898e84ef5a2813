// Which sense moves, by which correction, decided where pairs are few: every item is placed by a correction that was fitted
// without its group (grouped cross-validation), and all placed items are judged together, so that even five pairs are
// ranked among five. Of all within one standard error of the best the simplest is taken, and the simplest is to change
// nothing: the result is never below the space as it is, as far as the pairs can tell.

import { type Matrix, matrix, takeRows } from '../../math/matrix.ts'
import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import { embedWithHeads } from '../fit/embed-with-heads.ts'
import type { Positives } from '../fit/fit-options.ts'
import { standardErrorsAbove, type ValidationScore, validationScore } from '../fit/validation-score.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { MeaningItems } from '../solvers/meaning-items.ts'
import type { Head, Setting } from '../solvers/solver.ts'
import type { Sense } from '../train/sense.ts'
import { type Correction, type CorrectionName, correctionNames, corrections } from './corrections.ts'

/** One correction that was tried, and how well it did. */
export interface CorrectionEntry {
  readonly method: CorrectionName
  /** The sense that it moves; absent where nothing changes. */
  readonly sense?: Sense['modality']
  readonly setting: Setting
  /** Mean average precision of items that it was not fitted on. */
  readonly score: number
}

/** A sense whose inputs are embeddings, and the fold of each of its items. */
export interface FoldedSense {
  readonly sense: Sense
  readonly folds: Int32Array
}

interface Candidate {
  readonly entry: CorrectionEntry
  readonly score: ValidationScore
}

/** @param movable modalities that may move @returns all candidates, the chosen one first, then the best first */
export async function chooseCorrection(
  products: MatrixProducts,
  folded: readonly FoldedSense[],
  movable: readonly Sense['modality'][],
  positives: Positives,
  { signal, onProgress }: LongCall,
): Promise<CorrectionEntry[]> {
  const candidates: Candidate[] = []
  const senses = folded.map(({ sense }) => sense)
  const judge = async (method: CorrectionName, setting: Setting, moved?: number, placed?: Matrix) => {
    const embedded = senses.map((sense, s) => ({
      ...sense,
      locked: false,
      embeddings: s === moved && placed ? placed : sense.inputs,
    }))
    const score = await validationScore(products, embedded, positives)
    const sense = moved === undefined ? {} : { sense: senses[moved].modality }
    candidates.push({ entry: { method, ...sense, setting, score: score.score }, score })
  }
  await judge('unchanged', {})
  const tried = correctionNames.filter((method) => method !== 'unchanged')
  const total = tried.length * movable.length
  for (const [m, method] of tried.entries()) {
    for (const [k, modality] of movable.entries()) {
      throwIfAborted(signal, 'adapt')
      onProgress?.({ stage: 'adapt', done: m * movable.length + k, total, unit: 'candidates' })
      const moved = senses.findIndex((sense) => sense.modality === modality)
      const correction: Correction = corrections[method]
      for (const setting of correction.settings)
        await judge(method, setting, moved, await placedUnseen(products, folded, moved, correction, setting))
    }
  }
  onProgress?.({ stage: 'adapt', done: total, total, unit: 'candidates' })
  const best = candidates.reduce((a, b) => (b.score.score > a.score.score ? b : a))
  const level = candidates.filter(({ score }) => standardErrorsAbove(best.score, score) <= 1)
  const place = ({ entry }: Candidate) => correctionNames.indexOf(entry.method)
  const simplest = Math.min(...level.map(place))
  const chosen = level
    .filter((candidate) => place(candidate) === simplest)
    .reduce((a, b) => (b.score.score > a.score.score ? b : a))
  const others = candidates.filter((candidate) => candidate !== chosen)
  return [chosen, ...others.sort((a, b) => b.score.score - a.score.score)].map(({ entry }) => entry)
}

/** The items of one sense, each by a correction that was fitted without its fold. */
async function placedUnseen(
  products: MatrixProducts,
  folded: readonly FoldedSense[],
  moved: number,
  correction: Correction,
  setting: Setting,
): Promise<Matrix> {
  const { sense, folds } = folded[moved]
  const out = matrix(sense.inputs.rows, sense.inputs.cols)
  for (const fold of new Set(folds)) {
    const fitted = folded.map(({ sense, folds }) => itemsWhere(sense, (item) => folds[item] !== fold))
    const head = await solveCorrection(products, fitted, moved, correction, setting)
    const own = [...folds.keys()].filter((item) => folds[item] === fold)
    const part = { ...sense, inputs: takeRows(sense.inputs, own) }
    const [{ embeddings }] = await embedWithHeads(products, [head], [part])
    own.forEach((item, row) => {
      out.data.set(embeddings.data.subarray(row * out.cols, (row + 1) * out.cols), item * out.cols)
    })
  }
  return out
}

/** One correction on all pairs of a sense with the mean of the others; the sense as it is where fewer than two are paired. */
export async function solveCorrection(
  products: MatrixProducts,
  senses: readonly Sense[],
  moved: number,
  correction: Correction,
  setting: Setting,
): Promise<Head> {
  const { inputs, meanings } = senses[moved]
  const others = senses.filter((_, s) => s !== moved)
  const known = new MeaningItems({
    inputs: stacked(others.map((sense) => sense.inputs)),
    meanings: Int32Array.from(others.flatMap((sense) => [...sense.meanings])),
  })
  const paired = [...meanings.keys()].filter((item) => known.placeOf.has(meanings[item]))
  if (paired.length < 2) return corrections.unchanged.solve(products, inputs)
  const Y = takeRows(
    known.means(),
    paired.map((item) => known.placeOf.get(meanings[item])!),
  )
  return correction.solve(products, takeRows(inputs, paired), Y, setting)
}

function itemsWhere(sense: Sense, keep: (item: number) => boolean): Sense {
  const items = Int32Array.from(sense.meanings.keys()).filter(keep)
  const pick = (numbers: Int32Array) => items.map((item) => numbers[item])
  return {
    ...sense,
    inputs: takeRows(sense.inputs, items),
    meanings: pick(sense.meanings),
    views: pick(sense.views),
    contents: pick(sense.contents),
  }
}

function stacked(parts: readonly Matrix[]): Matrix {
  const out = matrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    parts[0].cols,
  )
  let at = 0
  for (const { data } of parts) {
    out.data.set(data, at)
    at += data.length
  }
  return out
}
