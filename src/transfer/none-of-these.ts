// "None of these": how well a transferred classifier knows items of classes that it was never told of. Each class in
// turn is taken out of the world (its labelled items, its shots, the unlabelled items that look like it to the
// teacher), the classifier is fitted on what is left, and its confidence is asked to tell the test items of the class
// from all others. The space stays as it is: it may have seen items of that class.

import { auroc } from '../metrics/auroc.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import { confidences, softmaxRows } from './calibrate.ts'
import { logitsOf } from './classifiers/classifier.ts'
import type { FitTools } from './classifiers/method.ts'
import type { TransferredClassifier } from './classify-items.ts'
import type { TransferItems } from './gather-items.ts'
import { type TransferProblem, withoutClass } from './problem.ts'
import { type RaceEntry, refit } from './race.ts'

export interface NoneOfTheseReport {
  /** Confidence below which an item is refused. */
  readonly threshold: number
  /** Share of test items of known classes that it refuses. */
  readonly refusedKnown: number
  /** Share of test items with another label than the classes that it refuses; absent where there are none. */
  readonly refusedOthers?: number
  /** Each class left out once; absent where fewer than three classes have test items to try. */
  readonly leftOut?: {
    readonly classes: number
    /** Chance that a known item is surer than one of the class that was left out; 0.5 is guessing. Mean over classes. */
    readonly auroc: number
    /** Share of items of the class that was left out that the threshold refuses. Mean over classes. */
    readonly refused: number
    /** Of the items that it knows, with a class left out. */
    readonly refusedKnown: number
  }
}

/** The most classes that are left out, evenly over their list. */
const mostLeftOut = 20

export async function leaveClassesOut(
  problem: TransferProblem,
  winner: Pick<RaceEntry, 'method' | 'choice'>,
  { temperature, threshold, classifier }: TransferredClassifier,
  { test, classes }: Pick<TransferItems, 'test' | 'classes'>,
  tools: FitTools,
  { signal, onProgress }: LongCall,
): Promise<NoneOfTheseReport> {
  const sure = confidences(softmaxRows(await logitsOf(tools.products, classifier, test), temperature))
  const known = sure.filter((_, item) => test.labels[item] >= 0)
  const others = sure.filter((_, item) => test.labels[item] < 0)
  const step = Math.ceil(classes.length / mostLeftOut)
  const tried = classes.map((_, c) => c).filter((c) => c % step === 0 && test.labels.includes(c))
  const report = {
    threshold,
    refusedKnown: shareBelow(known, threshold),
    ...(others.length > 0 && { refusedOthers: shareBelow(others, threshold) }),
  }
  if (classes.length < 3 || tried.length < 3) return report
  const outcomes: { auroc: number; refused: number; refusedKnown: number }[] = []
  for (const [done, left] of tried.entries()) {
    throwIfAborted(signal, 'transfer')
    const without = await refit(winner, withoutClass(problem, left), tools)
    const logits = await logitsOf(tools.products, without, test)
    const confidence = confidences(softmaxRows(logits, temperature))
    const inside = confidence.filter((_, item) => test.labels[item] >= 0 && test.labels[item] !== left)
    const outside = confidence.filter((_, item) => test.labels[item] === left)
    outcomes.push({
      auroc: auroc(inside, outside),
      refused: shareBelow(outside, threshold),
      refusedKnown: shareBelow(inside, threshold),
    })
    onProgress?.({ stage: 'leave classes out', done: done + 1, total: tried.length, unit: 'classes' })
  }
  const mean = (name: keyof (typeof outcomes)[number]) =>
    outcomes.reduce((sum, outcome) => sum + outcome[name], 0) / outcomes.length
  return {
    ...report,
    leftOut: {
      classes: tried.length,
      auroc: mean('auroc'),
      refused: mean('refused'),
      refusedKnown: mean('refusedKnown'),
    },
  }
}

function shareBelow(values: Float64Array, threshold: number): number {
  return values.filter((value) => value < threshold).length / values.length
}
