// Labels that were learned on one sense, used on another. For every number of shots and every draw of them: race the
// methods on held-out groups, fit the winner on everything, try it on the test items. Around it stand what guessing
// scores and what an oracle scores that saw all of B's training labels.

import { takeRows } from '../math/matrix.ts'
import { MatrixProducts } from '../space/linear/matrix-products.ts'
import type { EncodedDataset, Split } from '../spec/dataset.ts'
import type { ViewName } from '../spec/modality.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import type { Space } from '../spec/space.ts'
import { fitTemperature } from './calibrate.ts'
import { embedClassNames } from './class-names.ts'
import { classMeans, prototypeClassifier } from './classifiers/class-mean.ts'
import { type Classifier, logitsOf } from './classifiers/classifier.ts'
import type { FitTools } from './classifiers/method.ts'
import { methods } from './classifiers/registry.ts'
import type { TransferredClassifier } from './classify-items.ts'
import { drawShots } from './draw-shots.ts'
import { familiarity, lowerQuantile } from './familiarity.ts'
import { gatherItems, type TargetItems, type TransferItems } from './gather-items.ts'
import { leaveClassesOut, type NoneOfTheseReport } from './none-of-these.ts'
import { packMatrix } from './packed-matrix.ts'
import { largestOf, type TransferProblem } from './problem.ts'
import { type RaceEntry, type RaceOutcome, race, refit } from './race.ts'
import { type Lessons, teach } from './teach.ts'
import {
  type ResolvedTransfer,
  resolveTransferOptions,
  type TransferMethodName,
  type TransferOptions,
} from './transfer-options.ts'

/** A share over the draws of shots. */
export interface MeanAndSpread {
  readonly mean: number
  /** Standard deviation of the draws, n − 1 in the denominator; 0 for one draw. */
  readonly spread: number
  readonly values: readonly number[]
}

/** What came of one number of shots. */
export interface ShotsReport {
  readonly shots: number
  /** Share of test items of known classes that got their own label, none refused. */
  readonly accuracy: MeanAndSpread
  /** Each draw's winner with its hyperparameters. */
  readonly winners: readonly Pick<RaceEntry, 'method' | 'choice'>[]
  /** The whole race of the first draw. */
  readonly race: Pick<RaceOutcome, 'entries' | 'absent' | 'judged'>
}

/**
 * One source of a classifier: names of classes, labels of A, pairs of both senses without labels of B, items of B
 * without labels or pairs, or shots (labels of B).
 */
export interface LearnedFrom {
  readonly what: 'names' | 'labels' | 'pairs' | 'unlabelled items' | 'shots'
  /** How many. */
  readonly count: number
}

/** Plain JSON. */
export interface TransferReport {
  readonly from: ViewName
  readonly to: ViewName
  readonly split: Split
  readonly classes: readonly string[]
  readonly items: {
    /** Labelled training items of `from`. */
    readonly labelled: number
    /** Training items of `to`; their labels are read for shots and by the oracle only. */
    readonly unlabelled: number
    /** Those of them whose thing has a labelled item of `from`. */
    readonly paired: number
    readonly test: number
  }
  /** What the kept classifier learned from, besides the space. */
  readonly learnedFrom: readonly LearnedFrom[]
  /** Share of the commonest class among the test items: what guessing scores. */
  readonly chance: number
  /** The better of a probe and a student that saw all of B's training labels; absent where B has none. */
  readonly oracle?: { readonly accuracy: number; readonly probe: number; readonly student: number }
  /** How often a probe on `from` was right on groups of `from` that it had not seen; absent where there is one group only. */
  readonly teacher: { readonly accuracy?: number }
  readonly results: readonly ShotsReport[]
  readonly noneOfThese: NoneOfTheseReport
  /** Of the most shots and the first draw; `classifyItems` applies it. */
  readonly classifier: TransferredClassifier
}

/**
 * Learns labels on the sense `from` and tries them on the sense `to`.
 *
 * @throws TongganError `wrong-usage` for a sense or an option, `not-enough-data` where labels, classes, shots or test
 * items of known classes are missing, `encoder-mismatch`, `not-finite`, `cancelled`
 * @example
 * const report = await transferLabels(space, features, { from: 'image', to: 'audio' })
 * report.results[0].accuracy.mean // between report.chance and report.oracle.accuracy
 */
export async function transferLabels(
  space: Space,
  encoded: EncodedDataset,
  options: TransferOptions,
): Promise<TransferReport> {
  const resolved = resolveTransferOptions(options)
  const { signal, onProgress } = options
  const call = { signal, onProgress }
  const products = new MatrixProducts(options.engine)
  try {
    const items = await gatherItems(space, encoded, resolved, products, call)
    const names = await embedClassNames(space, items.classes, resolved, options.textEncoder, call)
    const narrowing = { components: packMatrix(items.pca.components), offset: [...items.pca.offset] }
    const tools: FitTools = { products, narrowing }
    const lessons = await teach(products, items)
    const results: ShotsReport[] = []
    let kept: Kept | undefined
    for (const shots of resolved.shots) {
      const draws = shots === 0 ? 1 : resolved.seeds
      const accuracies: number[] = []
      const outcomes: RaceOutcome[] = []
      for (let draw = 0; draw < draws; draw++) {
        throwIfAborted(signal, 'transfer')
        const drawn = drawShots(items.training.labels, items.classes, shots, resolved.seed + draw)
        const problem = problemOf(items, lessons, names, drawn)
        const raceOptions = {
          ...call,
          method: resolved.method,
          paired: lessons.paired,
          unseen: resolved.unseen,
        }
        const outcome = await race(problem, tools, raceOptions)
        const classifier = await refit(outcome.winner, problem, tools)
        accuracies.push(accuracyOf(await logitsOf(products, classifier, items.test), items.test))
        outcomes.push(outcome)
        if (draw === 0) kept = { problem, outcome, shots, classifier }
      }
      const [{ entries, absent, judged }] = outcomes
      const winners = outcomes.map(({ winner: { method, choice } }) => ({ method, choice }))
      results.push({ shots, accuracy: meanAndSpread(accuracies), winners, race: { entries, absent, judged } })
    }
    const { problem, outcome } = kept!
    const classifier = await calibrated(space, encoded, resolved, kept!, products)
    return {
      from: resolved.from,
      to: resolved.to,
      split: resolved.split,
      classes: items.classes,
      items: {
        labelled: items.from.keys.length,
        unlabelled: items.training.keys.length,
        paired: lessons.paired ? lessons.taught.filter(Boolean).length : 0,
        test: items.test.labels.filter((label) => label >= 0).length,
      },
      learnedFrom: learnedFrom(outcome.winner.method, problem, lessons),
      chance: chanceOf(items.test, items.classes.length),
      oracle: await oracleOf(items, tools, call),
      teacher: { accuracy: lessons.accuracy },
      results,
      noneOfThese: await leaveClassesOut(products, problem, classifier, items),
      classifier,
    }
  } finally {
    await products.close()
  }
}

function problemOf(
  { classes, from, training }: TransferItems,
  { posteriors, counterparts, taught }: Pick<Lessons, 'posteriors' | 'counterparts' | 'taught'>,
  names: TransferProblem['names'],
  drawn: Int32Array,
): TransferProblem {
  const isDrawn = new Set(drawn)
  const others = [...training.keys.keys()].filter((item) => taught[item] && !isDrawn.has(item))
  return {
    classes,
    names,
    from,
    shots: {
      embeddings: takeRows(training.embeddings, drawn),
      inputs: takeRows(training.inputs, drawn),
      counterparts: takeRows(counterparts, drawn),
      labels: drawn.map((item) => training.labels[item]),
      keys: Array.from(drawn, (item) => training.keys[item]),
    },
    taught: {
      embeddings: takeRows(training.embeddings, others),
      inputs: takeRows(training.inputs, others),
      counterparts: takeRows(counterparts, others),
      posteriors: takeRows(posteriors, others),
      keys: others.map((item) => training.keys[item]),
    },
  }
}

/** The probe and the student, each with its own choice of hyperparameters, given every training label of B. */
async function oracleOf(
  items: TransferItems,
  tools: FitTools,
  call: LongCall,
): Promise<TransferReport['oracle']> {
  const labelled = Int32Array.from(items.training.labels.keys()).filter(
    (item) => items.training.labels[item] >= 0,
  )
  if (labelled.length === 0) return undefined
  const told = problemOf(
    items,
    { posteriors: takeRows(items.training.inputs, []), counterparts: items.training.embeddings, taught: [] },
    undefined,
    labelled,
  )
  const problem = {
    ...told,
    from: { embeddings: takeRows(items.from.embeddings, []), labels: new Int32Array(0), keys: [] },
  }
  const accuracies = { probe: 0, student: 0 }
  for (const method of ['probe', 'student'] as const) {
    const { winner } = await race(problem, tools, { ...call, method, paired: false, unseen: true })
    const classifier = await refit(winner, problem, tools)
    accuracies[method] = accuracyOf(await logitsOf(tools.products, classifier, items.test), items.test)
  }
  return { accuracy: Math.max(accuracies.probe, accuracies.student), ...accuracies }
}

/** Of the most shots so far, the first draw. */
interface Kept {
  readonly problem: TransferProblem
  readonly outcome: RaceOutcome
  readonly shots: number
  readonly classifier: Classifier
}

async function calibrated(
  space: Space,
  encoded: EncodedDataset,
  { to, refusals }: ResolvedTransfer,
  { problem, outcome: { winner, heldOut, places }, shots, classifier }: Kept,
  products: MatrixProducts,
): Promise<TransferredClassifier> {
  const gate = prototypeClassifier(classMeans(problem))
  const thresholds: number[] = []
  // the lower of the two: places as if unseen are smoother than true ones, seen ones nearer to what they are paired with
  for (const place of [places.seen, places.unseen]) {
    thresholds.push(lowerQuantile(await familiarity(products, gate, place), refusals))
  }
  const temperature = fitTemperature(heldOut.logits, heldOut.targets)
  const { modality, encoder } = encoded.views.find((view) => view.name === to || view.modality === to)!
  return {
    format: 'tonggan.classifier',
    formatVersion: 1,
    space: space.hash,
    modality,
    encoder: { id: encoder.id, fingerprint: encoder.fingerprint },
    classes: problem.classes,
    method: winner.method,
    choice: winner.choice,
    shots,
    temperature,
    classifier,
    gate,
    threshold: Math.min(...thresholds),
  }
}

function learnedFrom(
  method: TransferMethodName,
  { classes, names, from, taught, shots }: TransferProblem,
  { paired }: Lessons,
): LearnedFrom[] {
  const isStudent = methods[method].looksAt === 'inputs'
  const asksNames = method === 'zero-shot' || (method === 'tip-adapter' && names !== undefined)
  const isLearned = method !== 'zero-shot'
  const sources: LearnedFrom[] = [
    { what: 'names', count: asksNames ? classes.length : 0 },
    { what: 'labels', count: isLearned ? from.keys.length : 0 },
    { what: paired ? 'pairs' : 'unlabelled items', count: isStudent ? taught.keys.length : 0 },
    { what: 'shots', count: isLearned ? shots.keys.length : 0 },
  ]
  return sources.filter(({ count }) => count > 0)
}

function accuracyOf(
  logits: Parameters<typeof largestOf>[0],
  { labels }: Pick<TargetItems, 'labels'>,
): number {
  const known = [...labels.keys()].filter((item) => labels[item] >= 0)
  return known.filter((item) => largestOf(logits, item) === labels[item]).length / known.length
}

function chanceOf({ labels }: TargetItems, classes: number): number {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) if (label >= 0) counts[label]++
  return Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0)
}

function meanAndSpread(values: readonly number[]): MeanAndSpread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, spread: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)), values }
}
