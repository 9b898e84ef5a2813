// What every solver promises, whatever it computes.

import { afterAll, describe, expect, test } from 'vitest'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { embedWithHeads } from '../fit/embed-with-heads.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import type { Setting, Solver, SolverProblem } from './solver.ts'

const products = new MatrixProducts({ threads: 1 })

/** Senses whose inputs are mixings of the same hidden numbers, thing i in item i. */
export function mixedSenses(
  count: number,
  { items = 120, hidden = 4, d = 9, noise = 0.05, seed = 3 } = {},
): Sense[] {
  const random = new Random(seed)
  const common = random.normals(items * hidden)
  return Array.from({ length: count }, (_, s) => {
    const mixing = random.normals(hidden * d)
    const inputs = matrix(items, d)
    for (let i = 0; i < items; i++) {
      for (let j = 0; j < d; j++) {
        let sum = noise * random.normal()
        for (let k = 0; k < hidden; k++) sum += common[i * hidden + k] * mixing[k * d + j]
        inputs.data[i * d + j] = sum
      }
    }
    return senseOf(inputs, (['image', 'text', 'audio'] as const)[s])
  })
}

export function senseOf(inputs: Matrix, modality: Sense['modality']): Sense {
  const numbers = Int32Array.from({ length: inputs.rows }, (_, i) => i)
  const views = new Int32Array(inputs.rows)
  return { modality, viewNames: [modality], inputs, meanings: numbers, views, contents: numbers }
}

export function problemOf(senses: readonly Sense[], dim = 4): SolverProblem {
  return { senses, dim, seed: 1 }
}

/** `[items, dim]` of each sense. */
export async function embeddingsOf(
  solver: Solver,
  problem: SolverProblem,
  setting: Setting = solver.unvalidated,
): Promise<Matrix[]> {
  const solve = (await solver.open(products, problem))!
  const embedded = await embedWithHeads(products, (await solve(setting))!, problem.senses)
  return embedded.map(({ embeddings }) => embeddings)
}

/** Senses that see the same numbers, each with noise of its own: what aligned encoders give. */
export function alikeSenses(count: number): Sense[] {
  const random = new Random(9)
  const [{ inputs }] = mixedSenses(1)
  return Array.from({ length: count }, (_, s) => {
    const noisy = inputs.data.map((value) => value + 0.1 * random.normal())
    return senseOf({ ...inputs, data: noisy }, (['image', 'text', 'audio'] as const)[s])
  })
}

/** Senses of four labels, each perceived by 30 items, as numbers around a centre of its own. */
export function labelledSenses(count: number, { items = 120, d = 9, spread = 0.4 } = {}): Sense[] {
  const random = new Random(8)
  return Array.from({ length: count }, (_, s) => {
    const centres = random.normals(4 * d)
    const noise = random.normals(items * d)
    const inputs = matrix(
      items,
      d,
      noise.map((value, at) => spread * value + centres[(Math.floor(at / d) % 4) * d + (at % d)]),
    )
    const sense = senseOf(inputs, (['image', 'text', 'audio'] as const)[s])
    return { ...sense, meanings: sense.contents.map((item) => item % 4) }
  })
}

/** Share of items of `a` of which the nearest in `b` means the same; `meanings` of both, by default each its own. */
export function foundFirst(
  a: Matrix,
  b: Matrix,
  meanings: ArrayLike<number> = [...Array(a.rows).keys()],
): number {
  let found = 0
  for (let i = 0; i < a.rows; i++) {
    const cosine = (j: number) => {
      let sum = 0
      for (let k = 0; k < a.cols; k++) sum += a.data[i * a.cols + k] * b.data[j * b.cols + k]
      return sum
    }
    const best = (isRight: boolean) => {
      const others = [...Array(b.rows).keys()].filter((j) => (meanings[j] === meanings[i]) === isRight)
      return Math.max(...others.map(cosine))
    }
    if (best(true) > best(false)) found++
  }
  return found / a.rows
}

/**
 * @param sensesOf senses of which the solver can make something; all see the same things
 * @param dim the most numbers in an embedding
 */
export function solverContract(
  solver: Solver,
  sensesOf: (count: number) => Sense[] = mixedSenses,
  dim = 4,
): void {
  afterAll(() => products.close())

  describe(`${solver.name}, as a solver`, () => {
    test('gives unit rows of one width, for every setting that applies', async () => {
      const problem = problemOf(sensesOf(2), dim)
      const solve = (await solver.open(products, problem))!
      for (const setting of solver.settings) {
        const heads = await solve(setting)
        if (!heads) continue
        const embedded = await embedWithHeads(products, heads, problem.senses)
        for (const { embeddings } of embedded) {
          expect(embeddings.cols).toBe(heads[0].dim)
          for (const row of [0, 7]) {
            const values = embeddings.data.subarray(row * embeddings.cols, (row + 1) * embeddings.cols)
            expect(Math.hypot(...values)).toBeCloseTo(1, 4)
          }
        }
      }
    })

    test('lets senses that see the same things find each other, two of them or three', async () => {
      for (const count of [2, 3]) {
        const problem = problemOf(sensesOf(count), dim)
        const embedded = await embeddingsOf(solver, problem)
        for (const a of embedded)
          for (const b of embedded)
            expect(foundFirst(a, b, problem.senses[0].meanings)).toBeGreaterThan(
              solver.name === 'procrustes' ? 0.2 : 0.5,
            )
      }
    })

    test('the same seed gives the same embeddings', async () => {
      const problem = problemOf(sensesOf(2), dim)
      const [a, b] = [await embeddingsOf(solver, problem), await embeddingsOf(solver, problem)]
      expect(a.map(({ data }) => data)).toEqual(b.map(({ data }) => data))
    })

    test('the order of items does not matter', async () => {
      const senses = sensesOf(2)
      const reversed = senses.map((sense) => ({
        ...sense,
        inputs: matrix(
          sense.inputs.rows,
          sense.inputs.cols,
          Float32Array.from({ length: sense.inputs.data.length }, (_, at) => {
            const { rows, cols, data } = sense.inputs
            return data[(rows - 1 - Math.floor(at / cols)) * cols + (at % cols)]
          }),
        ),
        meanings: sense.meanings.slice().reverse(),
      }))
      const [a] = await embeddingsOf(solver, problemOf(senses, dim))
      const [b] = await embeddingsOf(solver, problemOf(reversed, dim))
      const cosine = (i: number, j: number, X: Matrix) => {
        let sum = 0
        for (let k = 0; k < X.cols; k++) sum += X.data[i * X.cols + k] * X.data[j * X.cols + k]
        return sum
      }
      for (const [i, j] of [
        [0, 1],
        [3, 50],
        [20, 119],
      ])
        expect(cosine(a.rows - 1 - i, a.rows - 1 - j, b)).toBeCloseTo(cosine(i, j, a), 3)
    })
  })
}
