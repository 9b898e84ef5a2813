// The teacher: a linear probe that learned the labels on sense A, and its word on every training item of sense B.

import { type Matrix, matrix, normaliseRows, takeRows } from '../math/matrix.ts'
import { fitLogistic } from '../space/linear/logistic-regression.ts'
import type { MatrixProducts } from '../space/linear/matrix-products.ts'
import { groupedFolds } from '../spec/grouped-folds.ts'
import { fitTemperature, logLoss, softmaxRows } from './calibrate.ts'
import { logitsOf } from './classifiers/classifier.ts'
import { linearClassifier, probeRidges } from './classifiers/linear-probe.ts'
import type { TransferItems } from './gather-items.ts'
import { oneHot, stackRows } from './problem.ts'
import { agreement } from './race.ts'

export interface Lessons {
  /** `[training items of B, classes]`. */
  readonly posteriors: Matrix
  /** `[training items of B, dim]`: mean embedding of the A items of the pair; the item's own where it has none. */
  readonly counterparts: Matrix
  /** Whether the teacher spoke about A items of pairs; else about B items themselves. */
  readonly paired: boolean
  /** `[training items of B]`: whether there is a word on it. */
  readonly taught: readonly boolean[]
  /** How often the teacher was right on A items of groups that it had not seen; absent where A has one group only. */
  readonly accuracy?: number
}

/**
 * What the teacher says of the training items of B. Of a labelled A item it speaks without having learned from its
 * group, so that what reaches the B item is what a picture looks like, never the label that stands in its row. Where all
 * labelled A items are one group, it speaks of items that it learned from, and nothing says how good it is.
 */
export async function teach(
  products: MatrixProducts,
  { classes, from, unlabelled, training }: TransferItems,
): Promise<Lessons> {
  const heldOut = await heldOutPosteriors(products, from, classes.length)
  const accuracy = heldOut.isUnseen
    ? agreement(heldOut.posteriors, oneHot(from.labels, classes.length))
    : undefined
  const speak = await wholeTeacher(products, from, classes.length, heldOut)
  const pairs = pairsOf(training.things, [...from.things, ...unlabelled.things])
  const counterparts = meansOver(pairs, stackRows(from.embeddings, unlabelled.embeddings))
  const taught = pairs.map((items) => items.length > 0)
  if (taught.some(Boolean)) {
    taught.forEach((isPaired, item) => {
      if (!isPaired) copyRow(training.embeddings, counterparts, item)
    })
    const words = stackRows(heldOut.posteriors, await speak(unlabelled.embeddings))
    return {
      posteriors: meansOver(pairs, words),
      counterparts: normaliseRows(counterparts),
      paired: true,
      taught,
      accuracy,
    }
  }
  return {
    posteriors: await speak(training.embeddings),
    counterparts: training.embeddings,
    paired: false,
    taught: taught.map(() => true),
    accuracy,
  }
}

/** The teacher that learned from all labelled items of A. */
async function wholeTeacher(
  products: MatrixProducts,
  { embeddings, labels }: TransferItems['from'],
  classes: number,
  { ridge, temperature }: { ridge: number; temperature: number },
): Promise<(embeddings: Matrix) => Promise<Matrix>> {
  const samples = { inputs: embeddings, targets: oneHot(labels, classes) }
  const [model] = await fitLogistic(samples, [ridge], products.engine)
  const classifier = linearClassifier(model)
  return async (asked) =>
    softmaxRows(await logitsOf(products, classifier, { embeddings: asked }), temperature)
}

/** For each thing of `things` the positions of its items among `others`. */
function pairsOf(things: readonly string[], others: readonly string[]): number[][] {
  const itemsOfThing = new Map<string, number[]>()
  others.forEach((thing, item) => {
    const known = itemsOfThing.get(thing)
    if (known) known.push(item)
    else itemsOfThing.set(thing, [item])
  })
  return things.map((thing) => itemsOfThing.get(thing) ?? [])
}

/** Row i is the mean of the rows `groups[i]` of `source`; zeros where there are none. */
function meansOver(groups: readonly (readonly number[])[], { cols, data }: Matrix): Matrix {
  const means = matrix(groups.length, cols)
  groups.forEach((items, row) => {
    for (const item of items) {
      for (let c = 0; c < cols; c++) means.data[row * cols + c] += data[item * cols + c] / items.length
    }
  })
  return means
}

function copyRow(source: Matrix, target: Matrix, row: number): void {
  target.data.set(source.data.subarray(row * source.cols, (row + 1) * source.cols), row * source.cols)
}

/**
 * Posteriors of labelled items, each by the model of the folds without it; calibrated, of the ridge with the least
 * log-loss. Where there is one group only, no model is without it, and the items are not unseen.
 */
async function heldOutPosteriors(
  products: MatrixProducts,
  { embeddings, labels, keys }: TransferItems['from'],
  classes: number,
): Promise<{ posteriors: Matrix; isUnseen: boolean; ridge: number; temperature: number }> {
  const folds = groupedFolds(keys)
  const count = Math.max(...folds.values()) + 1
  const isUnseen = count > 1
  const foldOf = keys.map((key) => folds.get(key)!)
  const byRidge = probeRidges.map(() => matrix(labels.length, classes))
  for (let fold = 0; fold < count; fold++) {
    const own = [...labels.keys()].filter((item) => !isUnseen || foldOf[item] !== fold)
    const other = [...labels.keys()].filter((item) => foldOf[item] === fold)
    const models = await fitLogistic(
      {
        inputs: takeRows(embeddings, own),
        targets: oneHot(
          own.map((item) => labels[item]),
          classes,
        ),
      },
      probeRidges,
      products.engine,
    )
    for (const [k, model] of models.entries()) {
      const logits = await logitsOf(products, linearClassifier(model), {
        embeddings: takeRows(embeddings, other),
      })
      for (const [row, item] of other.entries()) {
        byRidge[k].data.set(logits.data.subarray(row * classes, (row + 1) * classes), item * classes)
      }
    }
  }
  const targets = oneHot(labels, classes)
  const temperatures = byRidge.map((logits) => fitTemperature(logits, targets))
  const posteriors = byRidge.map((logits, k) => softmaxRows(logits, temperatures[k]))
  const losses = posteriors.map((probabilities) => logLoss(probabilities, targets))
  const best = losses.indexOf(Math.min(...losses))
  return { posteriors: posteriors[best], isUnseen, ridge: probeRidges[best], temperature: temperatures[best] }
}
