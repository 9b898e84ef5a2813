// What every way of transferring labels must keep: run it in the test of each.

import { expect, test } from 'vitest'
import { matrix, normaliseRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { MatrixProducts } from '../../space/linear/matrix-products.ts'
import { packMatrix } from '../packed-matrix.ts'
import { largestOf, type TransferProblem } from '../problem.ts'
import { logitsOf } from './classifier.ts'
import type { FitTools, TransferMethod } from './method.ts'

const dim = 6
const classCount = 3
export const tools: FitTools = {
  products: new MatrixProducts(),
  narrowing: { components: packMatrix(matrix(1, dim)), offset: new Array(dim).fill(0) },
}

/** Three classes apart from each other; a student looks at the very places in the space. */
export function madeUpProblem({ from = 10, shots = 2, taught = 8, seed = 1 } = {}): TransferProblem {
  const random = new Random(seed)
  const places = (count: number) => {
    const labels = Int32Array.from({ length: count * classCount }, (_, i) => i % classCount)
    const data = Float32Array.from({ length: labels.length * dim }, (_, i) => {
      const axis = i % dim
      return Number(axis === labels[Math.floor(i / dim)]) + 0.15 * random.normal()
    })
    const embeddings = normaliseRows(matrix(labels.length, dim, data))
    const keys = Array.from(labels, (_, i) => `key ${i}`)
    return { embeddings, inputs: embeddings, counterparts: embeddings, labels, keys }
  }
  const { labels, ...unlabelled } = places(taught)
  const posteriors = matrix(labels.length, classCount)
  labels.forEach((label, i) => {
    for (let c = 0; c < classCount; c++) posteriors.data[i * classCount + c] = c === label ? 0.8 : 0.1
  })
  return {
    classes: ['a', 'b', 'c'],
    names: normaliseRows(
      matrix(
        classCount,
        dim,
        Float32Array.from({ length: classCount * dim }, (_, i) => Number(i % dim === Math.floor(i / dim))),
      ),
    ),
    from: places(from),
    shots: places(shots),
    taught: { ...unlabelled, posteriors },
  }
}

/** The same with class c called `order[c]`. */
function relabelled(problem: TransferProblem, order: readonly number[]): TransferProblem {
  const rename = <S extends { labels: Int32Array }>(sample: S) => ({
    ...sample,
    labels: sample.labels.map((label) => order[label]),
  })
  const moved = (source: { rows: number; cols: number; data: Float32Array }, byRow: boolean) => {
    const out = matrix(source.rows, source.cols)
    source.data.forEach((value, i) => {
      const [row, col] = [Math.floor(i / source.cols), i % source.cols]
      out.data[byRow ? order[row] * source.cols + col : row * source.cols + order[col]] = value
    })
    return out
  }
  return {
    ...problem,
    names: moved(problem.names!, true),
    from: rename(problem.from),
    shots: rename(problem.shots),
    taught: { ...problem.taught, posteriors: moved(problem.taught.posteriors, false) },
  }
}

export function classifierContract(name: string, method: TransferMethod): void {
  const asked = madeUpProblem({ seed: 9 }).from
  const seen = { embeddings: asked.embeddings, inputs: asked.embeddings }
  const answers = async (problem: TransferProblem) =>
    Promise.all(
      (await method.fit(problem, tools)).map(({ classifier }) => logitsOf(tools.products, classifier, seen)),
    )

  test(`${name}: every choice tells classes that lie apart from each other`, async () => {
    for (const logits of await answers(madeUpProblem())) {
      expect(logits).toMatchObject({ rows: asked.labels.length, cols: classCount })
      expect(logits.data.every(Number.isFinite)).toBe(true)
      expect([...asked.labels.keys()].map((item) => largestOf(logits, item))).toEqual([...asked.labels])
    }
  })

  test(`${name}: naming the classes in another order permutes the answer`, async () => {
    const order = [2, 0, 1]
    const before = await answers(madeUpProblem())
    const after = await answers(relabelled(madeUpProblem(), order))
    before.forEach((logits, k) => {
      const size = Math.max(...logits.data.map(Math.abs))
      logits.data.forEach((value, i) => {
        const moved = after[k].data[Math.floor(i / classCount) * classCount + order[i % classCount]]
        expect(Math.abs(moved - value) / size).toBeLessThan(2e-2)
      })
    })
  })

  test(`${name}: is plain JSON, offers the same choices whatever the problem, and the same twice`, async () => {
    const first = await method.fit(madeUpProblem(), tools)
    expect(JSON.parse(JSON.stringify(first))).toEqual(first)
    expect(await method.fit(madeUpProblem(), tools)).toEqual(first)
    const other = await method.fit(madeUpProblem({ seed: 2 }), tools)
    expect(other.map(({ choice }) => choice)).toEqual(first.map(({ choice }) => choice))
  })

  test(`${name}: says what it lacks`, () => {
    const nothing = { ...madeUpProblem({ from: 0, shots: 0, taught: 0 }), names: undefined }
    expect(method.missing(nothing)).toEqual(expect.any(String))
    expect(method.missing(madeUpProblem())).toBeUndefined()
  })
}
