// "None of these": how well a transfer knows items of classes that it was never told of. Each class in turn is taken out
// of the world (its labelled items and its shots), and familiarity with the other classes is asked to tell its test
// items from all others. The space stays as it is: it may have seen items of that class.

import { auroc } from '../metrics/auroc.ts'
import type { MatrixProducts } from '../space/linear/matrix-products.ts'
import { classMeans, prototypeClassifier } from './classifiers/class-mean.ts'
import type { TransferredClassifier } from './classify-items.ts'
import { familiarity } from './familiarity.ts'
import type { TransferItems } from './gather-items.ts'
import { type TransferProblem, withoutClass } from './problem.ts'

/** How well items of no class are known as such. */
export interface NoneOfTheseReport {
  /** Cosine to the nearest class mean below which an item is refused. */
  readonly threshold: number
  /** Share of test items of known classes that it refuses. */
  readonly refusedKnown: number
  /** Share of test items with another label than the classes that it refuses; absent where there are none. */
  readonly refusedOthers?: number
  /** Each class left out once; absent where fewer than three classes have test items to try. */
  readonly leftOut?: {
    readonly classes: number
    /** Chance that a known item is more familiar than one of the class left out; 0.5 is guessing. Mean over classes. */
    readonly auroc: number
    /** Share of items of the class that was left out that the threshold refuses. Mean over classes. */
    readonly refused: number
    /** Of the items that it knows, with a class left out. */
    readonly refusedKnown: number
  }
}

/** @param gate the class means of `problem`, with its `threshold` */
export async function leaveClassesOut(
  products: MatrixProducts,
  problem: TransferProblem,
  { gate, threshold }: Pick<TransferredClassifier, 'gate' | 'threshold'>,
  { test, classes }: Pick<TransferItems, 'test' | 'classes'>,
): Promise<NoneOfTheseReport> {
  const sure = await familiarity(products, gate, test.embeddings)
  const known = sure.filter((_, item) => test.labels[item] >= 0)
  const others = sure.filter((_, item) => test.labels[item] < 0)
  const tried = classes.map((_, c) => c).filter((c) => test.labels.includes(c))
  const report = {
    threshold,
    refusedKnown: shareBelow(known, threshold),
    ...(others.length > 0 && { refusedOthers: shareBelow(others, threshold) }),
  }
  if (classes.length < 3 || tried.length < 3) return report
  const outcomes: { auroc: number; refused: number; refusedKnown: number }[] = []
  for (const left of tried) {
    const others = prototypeClassifier(classMeans(withoutClass(problem, left)))
    const confidence = await familiarity(products, others, test.embeddings)
    const inside = confidence.filter((_, item) => test.labels[item] >= 0 && test.labels[item] !== left)
    const outside = confidence.filter((_, item) => test.labels[item] === left)
    outcomes.push({
      auroc: auroc(inside, outside),
      refused: shareBelow(outside, threshold),
      refusedKnown: shareBelow(inside, threshold),
    })
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
