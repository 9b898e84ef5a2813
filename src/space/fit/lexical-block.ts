// The lexical block (DESIGN D10): beside the learned numbers of an embedding, fixed ones that say which words an item
// has. A learned space of a few hundred numbers cannot keep all names apart; words that both sides have in common can.
//
//   e = unit rows of [√(1 − weight)·learned | √weight·c(x)·words(x)]
//
// words(x) are the weighted, sign-folded words of a hashed sense (`narrow/hashed-projection.ts`). c(x), from 0, is how
// like they are expected to be to the words of the same meaning in other items, by ridge regression, with a mean of 1: where
// two languages share no word, little is made of words. Senses without words have zeros.
//
// Leaves out: choosing `weight`, which validation does (`choose-lexical.ts`).

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { type Matrix, matrix, takeRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { floats } from '../../spec/tensor.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import {
  type FeatureRows,
  type Narrowing,
  type RunOptions,
  runOver,
  selectRows,
} from '../narrow/narrowing.ts'
import { MeaningItems } from '../solvers/meaning-items.ts'
import { Moments } from '../solvers/moments.ts'
import { regress } from '../solvers/ridge-regression.ts'
import type { AffineMap } from '../solvers/solver.ts'
import type { Sense } from '../train/sense.ts'
import type { Prepared } from './prepare.ts'

/** What a recipe keeps of it. */
export interface LexicalBlock {
  /** Numbers that it takes. */
  readonly dim: number
  /** Its share of the squared length where c(x) is 1, between 0 and 1. */
  readonly weight: number
}

/** The block of one sense. */
export interface LexicalPart {
  /** Adds its nodes: features `[batch, featureDim]` and inputs `[batch, d]` → `[batch, dim]`, rows of length c(x). */
  build(features: Value, inputs: Value): Value
}

/** A part with its share in the embedding. */
export interface WeightedPart extends Pick<LexicalBlock, 'weight'> {
  readonly part: LexicalPart
}

/** The most things that c(x) is learned from, and the most items of one sense. */
const mostThings = 8192
const mostItems = 32_768

/** One part a sense; undefined where no meaning has the same words twice. */
export async function fitLexicalParts(
  products: MatrixProducts,
  { narrowings, fitted, sources }: Prepared,
  dim: number,
  { seed, signal }: { seed: number; signal?: AbortSignal },
): Promise<LexicalPart[] | undefined> {
  const chosen = chooseItems(fitted, seed)
  const sampled: WordedItems[] = []
  for (const [s, narrowing] of narrowings.entries()) {
    const run = { engine: products.engine, signal }
    const words = await wordsOf(narrowing, selectRows(sources.fitted[s], chosen[s]), dim, run)
    const { inputs, meanings } = fitted[s]
    if (words)
      sampled.push({
        words,
        inputs: takeRows(inputs, chosen[s]),
        meanings: chosen[s].map((item) => meanings[item]),
      })
  }
  const confidence = sampled.length > 0 ? await fitConfidence(products, stack(sampled)) : undefined
  return confidence && narrowings.map((narrowing) => partOf(narrowing, dim, confidence))
}

function partOf({ words }: Narrowing, dim: number, { W, b }: AffineMap): LexicalPart {
  return {
    build(features, inputs) {
      const { graph } = inputs
      if (!words) {
        const none = graph.constant(floats([1, dim], new Float32Array(dim)))
        return op.Mul(op.ReduceSum(inputs, { axes: [1], keepdims: true }), none)
      }
      const expected = op.Gemm(
        inputs,
        graph.constant(floats([W.rows, 1], W.data)),
        graph.constant(floats([1], b)),
      )
      return op.Mul(words(features, dim), op.Clip(expected, { min: 0 }))
    },
  }
}

/** Items of each sense, ascending: all of at most so many things, and of these so many where that is still too much. */
function chooseItems(senses: readonly Sense[], seed: number): Int32Array[] {
  const things = [...new Set(senses.flatMap(({ meanings }) => [...new Set(meanings)]))]
  const known = new Set(Array.from(new Random(seed, 4).sample(things.length, mostThings), (k) => things[k]))
  return senses.map(({ meanings }) => {
    const items = Int32Array.from(meanings.keys()).filter((item) => known.has(meanings[item]))
    return new Random(seed, 8).sample(items.length, mostItems).map((k) => items[k])
  })
}

/** The words of items, `[items, dim]`; undefined where the sense has none. */
async function wordsOf(
  { featureDim, words }: Narrowing,
  sources: readonly FeatureRows[],
  dim: number,
  options: RunOptions,
): Promise<Matrix | undefined> {
  if (!words) return undefined
  const out = matrix(
    sources.reduce((sum, { order }) => sum + order.length, 0),
    dim,
  )
  let at = 0
  for await (const { data } of runOver(featureDim, (features) => words(features, dim), sources, options)) {
    out.data.set(data, at)
    at += data.length
  }
  return out
}

interface WordedItems extends Pick<Sense, 'inputs' | 'meanings'> {
  /** `[items, dim]`. */
  readonly words: Matrix
}

/** Senses that have words share one narrowing, so their items can be put together. */
function stack(senses: readonly WordedItems[]): WordedItems {
  const join = (parts: readonly Matrix[]) => {
    const rows = parts.reduce((sum, part) => sum + part.rows, 0)
    const out = matrix(rows, parts[0].cols)
    let at = 0
    for (const { data } of parts) {
      out.data.set(data, at)
      at += data.length
    }
    return out
  }
  return {
    inputs: join(senses.map(({ inputs }) => inputs)),
    meanings: Int32Array.from(senses.flatMap(({ meanings }) => [...meanings])),
    words: join(senses.map(({ words }) => words)),
  }
}

/** c, an affine map of inputs to one number; undefined where no words are shared. It stands for the mean cosine of an item's words with those of its meaning's other items. */
async function fitConfidence(
  products: MatrixProducts,
  { inputs, meanings, words }: WordedItems,
): Promise<AffineMap | undefined> {
  const worded = new MeaningItems({ inputs: words, meanings })
  const means = worded.means()
  const countOf = (item: number) => worded.count(worded.placeOf.get(meanings[item])!)
  const shared = Int32Array.from(meanings.keys()).filter((item) => countOf(item) > 1)
  if (shared.length < 2) return undefined
  const likeness = Float32Array.from(shared, (item) => {
    const count = countOf(item)
    const at = worded.placeOf.get(meanings[item])! * words.cols
    let [withAll, withItself] = [0, 0]
    for (let k = 0; k < words.cols; k++) {
      const value = words.data[item * words.cols + k]
      withAll += value * means.data[at + k] * count
      withItself += value * value
    }
    return (withAll - withItself) / (count - 1)
  })
  const mean = likeness.reduce((sum, value) => sum + value / likeness.length, 0)
  if (!(mean > 0)) return undefined
  const own = takeRows(inputs, shared)
  const moments = await Moments.of(products, own)
  // Less its mean, so that the inputs need not be centred.
  const share = matrix(
    shared.length,
    1,
    likeness.map((value) => (value - mean) / shared.length),
  )
  const cross = await products.multiply(own, share, { transA: true })
  const { W, b } = await regress(products, moments, cross, 1, Float32Array.of(mean))
  return { W: { ...W, data: W.data.map((value) => value / mean) }, b: b.map((value) => value / mean) }
}
