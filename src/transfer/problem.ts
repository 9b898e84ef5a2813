// What a transfer learns from, in one fold or in all: labelled items of sense A, a few labelled items (shots) of sense
// B, unlabelled items of B with what the A item of their pair looks like, and names of the classes. Labels of B other
// than the shots are not here, so no method can read them.

import { type Matrix, matrix, takeRows } from '../math/matrix.ts'

/** Labelled items in the space. */
export interface Sample {
  /** `[items, dim]`, unit rows. */
  readonly embeddings: Matrix
  /** `[items]`: class of each. */
  readonly labels: Int32Array
  /** `[items]`: items of one key are never on both sides of a fold. */
  readonly keys: readonly string[]
}

/** Labelled items of B, with what a student looks at. */
export interface TargetSample extends Sample {
  /** `[items, inputs]`: narrowed features. */
  readonly inputs: Matrix
  /** `[items, dim]`, unit rows: where the A item of the pair is; the item's own place where it has no pair. */
  readonly counterparts: Matrix
}

/** Items of B whose label nobody read, and what a classifier of A says of them. */
export interface Taught {
  readonly embeddings: Matrix
  readonly inputs: Matrix
  readonly counterparts: Matrix
  /** `[items, classes]`, rows sum to 1: the teacher's word, given on the A item of the pair where there is one. */
  readonly posteriors: Matrix
  readonly keys: readonly string[]
}

export interface TransferProblem {
  readonly classes: readonly string[]
  /** Embeddings of the names of the classes `[classes, dim]`, unit rows. */
  readonly names?: Matrix
  readonly from: Sample
  readonly shots: TargetSample
  readonly taught: Taught
}

/** The same with only the items whose key is `kept`. */
export function restrict(problem: TransferProblem, kept: (key: string) => boolean): TransferProblem {
  const { from, shots, taught } = problem
  const shotItems = keptItems(shots.keys, kept)
  return {
    ...problem,
    from: takeSample(from, keptItems(from.keys, kept)),
    shots: takeTarget(shots, shotItems),
    taught: takeTaught(taught, keptItems(taught.keys, kept)),
  }
}

/** The same without class `left`: no labelled item of it, no name. What the teacher said is left out altogether. */
export function withoutClass(
  { classes, names, from, shots, taught }: TransferProblem,
  left: number,
): TransferProblem {
  const others = classes.map((_, c) => c).filter((c) => c !== left)
  const ofOthers = ({ labels }: Sample) => [...labels.keys()].filter((item) => labels[item] !== left)
  const renumbered = <S extends Sample>(sample: S) => ({
    ...sample,
    labels: sample.labels.map((label) => (label > left ? label - 1 : label)),
  })
  return {
    classes: others.map((c) => classes[c]),
    names: names && takeRows(names, others),
    from: renumbered(takeSample(from, ofOthers(from))),
    shots: renumbered(takeTarget(shots, ofOthers(shots))),
    taught: takeTaught(taught, []),
  }
}

/** Column of the largest entry of row `row`; the first of equals. */
export function largestOf({ cols, data }: Matrix, row: number): number {
  let best = 0
  for (let c = 1; c < cols; c++) if (data[row * cols + c] > data[row * cols + best]) best = c
  return best
}

/** `[items, classes]`, 1 at each item's class. */
export function oneHot(labels: ArrayLike<number>, classes: number): Matrix {
  const out = matrix(labels.length, classes)
  for (let i = 0; i < labels.length; i++) out.data[i * classes + labels[i]] = 1
  return out
}

/** Rows of `first`, then rows of `second`. */
export function stackRows(first: Matrix, second: Matrix): Matrix {
  const cols = first.rows > 0 ? first.cols : second.cols
  const data = new Float32Array(first.data.length + second.data.length)
  data.set(first.data)
  data.set(second.data, first.data.length)
  return matrix(first.rows + second.rows, cols, data)
}

function keptItems(keys: readonly string[], kept: (key: string) => boolean): number[] {
  return keys.flatMap((key, item) => (kept(key) ? [item] : []))
}

function takeSample({ embeddings, labels, keys }: Sample, order: readonly number[]): Sample {
  return {
    embeddings: takeRows(embeddings, order),
    labels: Int32Array.from(order, (item) => labels[item]),
    keys: order.map((item) => keys[item]),
  }
}

function takeTarget(sample: TargetSample, order: readonly number[]): TargetSample {
  const { inputs, counterparts } = sample
  return {
    ...takeSample(sample, order),
    inputs: takeRows(inputs, order),
    counterparts: takeRows(counterparts, order),
  }
}

function takeTaught(
  { embeddings, inputs, counterparts, posteriors, keys }: Taught,
  order: readonly number[],
): Taught {
  return {
    embeddings: takeRows(embeddings, order),
    inputs: takeRows(inputs, order),
    counterparts: takeRows(counterparts, order),
    posteriors: takeRows(posteriors, order),
    keys: order.map((item) => keys[item]),
  }
}
