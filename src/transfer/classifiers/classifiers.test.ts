import { describe, expect, test } from 'vitest'
import { matrix } from '../../math/matrix.ts'
import { largestOf } from '../problem.ts'
import { classMean } from './class-mean.ts'
import { classifierContract, madeUpProblem, tools } from './classifier.contract.ts'
import { type LinearClassifier, logitsOf } from './classifier.ts'
import { linearProbe } from './linear-probe.ts'
import { methods } from './registry.ts'
import { student } from './student.ts'
import { tipAdapter } from './tip-adapter.ts'
import { zeroShot } from './zero-shot.ts'

describe.each(Object.entries(methods))('%s', classifierContract)

const asked = madeUpProblem({ seed: 5 }).from
const seen = { embeddings: asked.embeddings, inputs: asked.embeddings }

test('class mean: with one example a class it is the nearest neighbour', async () => {
  const problem = madeUpProblem({ from: 1, shots: 0 })
  const [{ classifier }] = await classMean.fit(problem, tools)
  const logits = await logitsOf(tools.products, classifier, seen)
  for (const item of asked.labels.keys()) {
    const cosines = [...problem.from.labels.keys()].map((example) =>
      dot(rowOf(asked.embeddings, item), rowOf(problem.from.embeddings, example)),
    )
    const nearest = cosines.indexOf(Math.max(...cosines))
    expect(largestOf(logits, item)).toBe(problem.from.labels[nearest])
  }
})

test('Tip-Adapter: with alpha = 0 it is zero-shot, and without names the class mean', async () => {
  for (const [problem, base] of [
    [madeUpProblem(), zeroShot],
    [{ ...madeUpProblem(), names: undefined }, classMean],
  ] as const) {
    const [{ choice, classifier }] = await tipAdapter.fit(problem, tools)
    expect(choice.alpha).toBe(0)
    const [{ classifier: expected }] = await base.fit(problem, tools)
    expect(await logitsOf(tools.products, classifier, seen)).toEqual(
      await logitsOf(tools.products, expected, seen),
    )
  }
})

test('Tip-Adapter: the cache adds what its formula says', async () => {
  const problem = madeUpProblem()
  const candidates = await tipAdapter.fit(problem, tools)
  const base = await logitsOf(tools.products, candidates[0].classifier, seen)
  const { choice, classifier } = candidates.find(
    ({ choice: { alpha, beta } }) => alpha === 10 && beta === 5.5,
  )!
  const logits = await logitsOf(tools.products, classifier, seen)
  const expected = new Array(3).fill(0).map((_, c) => {
    const keys = [...problem.shots.labels.keys()].filter((key) => problem.shots.labels[key] === c)
    return keys.reduce((sum, key) => {
      const affinity = dot(rowOf(asked.embeddings, 0), rowOf(problem.shots.embeddings, key))
      return sum + choice.alpha * Math.exp(-choice.beta * (1 - affinity))
    }, base.data[c])
  })
  expected.forEach((value, c) => {
    expect(logits.data[c]).toBeCloseTo(value, 3)
  })
})

test('the student follows its teacher, not labels: another word, another answer', async () => {
  const problem = madeUpProblem({ shots: 0 })
  const { posteriors } = problem.taught
  const turnedRound = matrix(
    posteriors.rows,
    3,
    posteriors.data.map((_, i) => posteriors.data[i - (i % 3) + ((i + 1) % 3)]),
  )
  const [{ classifier }] = await student.fit(
    { ...problem, taught: { ...problem.taught, posteriors: turnedRound } },
    tools,
  )
  const logits = await logitsOf(tools.products, classifier, seen)
  expect(largestOf(logits, 0)).toBe((asked.labels[0] + 2) % 3)
})

describe('the linear probe', () => {
  test('each sense weighs the same: doubling the items of one changes nothing', async () => {
    const problem = madeUpProblem()
    const twice = {
      embeddings: matrix(
        60,
        6,
        Float32Array.from([...problem.from.embeddings.data, ...problem.from.embeddings.data]),
      ),
      labels: Int32Array.from([...problem.from.labels, ...problem.from.labels]),
      keys: [...problem.from.keys, ...problem.from.keys],
    }
    const once = await linearProbe.fit(problem, tools)
    const doubled = await linearProbe.fit({ ...problem, from: twice }, tools)
    const [a, b] = [once, doubled].map(([{ classifier }]) => (classifier as LinearClassifier).bias)
    a.forEach((value, c) => {
      expect(value).toBeCloseTo(b[c], 2)
    })
  })
})

function rowOf({ cols, data }: { cols: number; data: Float32Array }, row: number): Float32Array {
  return data.subarray(row * cols, (row + 1) * cols)
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0)
}
