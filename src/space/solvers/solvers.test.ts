import { describe, expect, test } from 'vitest'
import { type Matrix, matrix, takeCols, takeRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { fitLogistic } from '../linear/logistic-regression.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import { applyHead } from './apply-head.ts'
import { asif } from './asif.ts'
import { kernelSmoother } from './kernel-smoother.ts'
import { procrustes } from './procrustes.ts'
import { cca, csa } from './regularised-cca.ts'
import { ridgeRegression } from './ridge-regression.ts'
import { semanticMatching } from './semantic-matching.ts'
import {
  alikeSenses,
  embeddingsOf,
  foundFirst,
  labelledSenses,
  mixedSenses,
  problemOf,
  senseOf,
  solverContract,
} from './solver.contract.ts'
import { solvers } from './solvers.ts'

/** Where a solver cannot bear any senses. */
const sensesFor: Record<string, (count: number) => Sense[]> = {
  semantic: labelledSenses,
  identity: alikeSenses,
}

/** ASIF is as wide as there are anchors, or loses some of what they tell. */
const dims: Partial<Record<string, number>> = { asif: 120 }
for (const solver of Object.values(solvers)) solverContract(solver, sensesFor[solver.name], dims[solver.name])

test('a solver is registered by its own name', () => {
  for (const [name, solver] of Object.entries(solvers)) expect(solver.name).toBe(name)
})

/** X·M, rows by rows. */
function times(X: Matrix, M: number[][]): Matrix {
  const out = matrix(X.rows, M[0].length)
  for (let i = 0; i < X.rows; i++)
    for (let j = 0; j < out.cols; j++)
      for (let k = 0; k < X.cols; k++) out.data[i * out.cols + j] += X.data[i * X.cols + k] * M[k][j]
  return out
}

/** Rows of different size along each axis, so that principal directions are what they seem. */
function stretched(rows: number, d: number): Matrix {
  const random = new Random(11)
  return matrix(
    rows,
    d,
    random.normals(rows * d).map((value, i) => value * (1 + (i % d))),
  )
}

function expectEqual(a: Matrix, b: Matrix, digits = 3): void {
  expect([a.rows, a.cols]).toEqual([b.rows, b.cols])
  a.data.forEach((value, i) => {
    expect(value).toBeCloseTo(b.data[i], digits)
  })
}

describe('Procrustes', () => {
  const X = stretched(200, 3)
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)]
  const rotation = [
    [c, -s, 0],
    [s, c, 0],
    [0, 0, -1],
  ]

  test('takes a turned and mirrored copy back to where it came from', async () => {
    const senses = [senseOf(X, 'image'), senseOf(times(X, rotation), 'text')]
    const [a, b] = await embeddingsOf(procrustes, problemOf(senses, 3))
    expectEqual(a, b)
  })

  test.each(['first', 'last'])(
    'a sense of fewer directions that stands %s cuts no other down to them',
    async (place) => {
      // axes that do not correlate at all: the narrow sense perceives the last two of three
      const steps = [-1, 0, 1]
      const points = steps.flatMap((x) => steps.flatMap((y) => steps.map((z) => [x, 2 * y, 3 * z])))
      const grid = matrix(27, 3, Float32Array.from(points.flat()))
      const narrow = senseOf(takeCols(grid, 1, 3), 'text')
      const wide = senseOf(times(grid, rotation), 'image')
      const senses = place === 'first' ? [narrow, wide] : [wide, narrow]
      const embedded = await embeddingsOf(procrustes, problemOf(senses, 3))
      const [text, image] = [narrow, wide].map((sense) => embedded[senses.indexOf(sense)])
      for (const [i, j] of [
        [0, 0],
        [5, 5],
        [1, 20],
      ]) {
        const seen = [0, ...points[i].slice(1)]
        const dot = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + value * b[k], 0)
        const cosine = dot(seen, points[j]) / Math.sqrt(dot(seen, seen) * dot(points[j], points[j]))
        const row = ({ data }: Matrix, at: number) => Array.from(data.subarray(3 * at, 3 * at + 3))
        expect(dot(row(text, i), row(image, j))).toBeCloseTo(cosine, 4)
      }
    },
  )

  test('but not a stretched one, which CCA does', async () => {
    const stretch = [
      [9, 0, 0],
      [0, 0.1, 0],
      [0, 0, 1],
    ]
    const problem = problemOf([senseOf(X, 'image'), senseOf(times(X, stretch), 'text')], 3)
    const [a, b] = await embeddingsOf(procrustes, problem)
    const [x, y] = await embeddingsOf(cca, problem, { ridge: 1e-6, power: 0 })
    expect(foundFirst(a, b)).toBeLessThan(0.5)
    expect(foundFirst(x, y)).toBe(1)
  })
})

test('CSA is CCA at power 1/2, and CCA at power 0 where all correlations are equal', async () => {
  const problem = problemOf(mixedSenses(2))
  expectEqual(
    (await embeddingsOf(csa, problem, csa.unvalidated))[1],
    (await embeddingsOf(cca, problem, { ridge: 1, power: 0.5 }))[1],
    6,
  )
  const X = stretched(100, 3)
  const copies = problemOf([senseOf(X, 'image'), senseOf(X, 'text')], 3) // every correlation is 1
  const [weighted] = await embeddingsOf(csa, copies, { ridge: 1e-6, power: 0.5 })
  const [flat] = await embeddingsOf(cca, copies, { ridge: 1e-6, power: 0 })
  const cosine = (E: Matrix, i: number, j: number) =>
    [0, 1, 2].reduce((sum, k) => sum + E.data[i * 3 + k] * E.data[j * 3 + k], 0)
  for (const [i, j] of [
    [0, 1],
    [5, 17],
  ])
    expect(cosine(weighted, i, j)).toBeCloseTo(cosine(flat, i, j), 3)
})

describe('ridge regression', () => {
  test('finds a linear map without noise, from any sense to the target', async () => {
    const X = stretched(200, 4)
    const mixing = [
      [1, 2, 0, 0, 1],
      [0, 1, -1, 0, 0],
      [3, 0, 1, 1, 0],
      [0, 0, 2, -1, 1],
    ]
    const senses = [senseOf(X, 'image'), senseOf(times(X, mixing), 'text')]
    const [a, b] = await embeddingsOf(ridgeRegression, problemOf(senses), { target: 0, ridge: 1e-6 })
    expectEqual(a, b, 2)
  })

  test('leaves the target as it is: cosines of its centred inputs', async () => {
    const problem = problemOf(mixedSenses(2, { d: 4, noise: 1 }))
    const { inputs } = problem.senses[1]
    const [, target] = await embeddingsOf(ridgeRegression, problem, { target: 1, ridge: 1 })
    const means = [0, 1, 2, 3].map((k) => {
      let sum = 0
      for (let i = 0; i < inputs.rows; i++) sum += inputs.data[i * 4 + k] / inputs.rows
      return sum
    })
    const row = (i: number) => means.map((mean, k) => inputs.data[i * 4 + k] - mean)
    const cosine = (a: number[], b: number[]) =>
      a.reduce((sum, value, k) => sum + value * b[k], 0) / Math.hypot(...a) / Math.hypot(...b)
    const embedded = (i: number) => [...target.data.subarray(i * 4, i * 4 + 4)]
    for (const [i, j] of [
      [0, 1],
      [8, 40],
    ])
      expect(cosine(embedded(i), embedded(j))).toBeCloseTo(cosine(row(i), row(j)), 3)
  })
})

describe('told by anchors', () => {
  test('ASIF does not tell a sense from its copy, and is as wide as there are anchors where it may', async () => {
    const X = stretched(60, 5)
    const senses = [senseOf(X, 'image'), senseOf(X, 'text')]
    const [a, b] = await embeddingsOf(asif, problemOf(senses, 100))
    expect(a.cols).toBe(60)
    expectEqual(a, b, 6)
  })

  test('ASIF in fewer numbers than anchors keeps the cosines', async () => {
    const senses = mixedSenses(2)
    const [whole] = await embeddingsOf(asif, problemOf(senses, 120))
    const [narrow] = await embeddingsOf(asif, problemOf(senses, 24))
    expect([whole.cols, narrow.cols]).toEqual([120, 24])
    const cosines = ({ rows, cols, data }: Matrix) =>
      Array.from({ length: rows }, (_, i) => {
        let sum = 0
        for (let k = 0; k < cols; k++) sum += data[k] * data[i * cols + k]
        return sum
      })
    const kept = cosines(narrow)
    const off = cosines(whole).map((value, i) => Math.abs(value - kept[i]))
    expect(off.reduce((a, b) => a + b) / off.length).toBeLessThan(0.05)
  })

  test('ASIF tells an anchor by itself where one is enough', async () => {
    const [a] = await embeddingsOf(asif, problemOf(mixedSenses(2), 120), { nearest: 1, power: 8 })
    for (const i of [0, 33]) expect(a.data[i * a.cols + i]).toBeCloseTo(1, 4)
  })

  test('a smoother puts what it knows exactly where the target has it, however unlike the senses', async () => {
    const random = new Random(5)
    const senses = [
      senseOf(matrix(80, 6, random.normals(480)), 'image'),
      senseOf(matrix(80, 6, random.normals(480)), 'text'),
    ]
    const problem = problemOf(senses, 6)
    const known = await embeddingsOf(kernelSmoother, problem, { target: 0, nearest: 1, power: 2 })
    expectEqual(known[0], known[1], 3)
    const linear = await embeddingsOf(ridgeRegression, problem, { target: 0, ridge: 0.01 })
    expect(foundFirst(linear[1], linear[0])).toBeLessThan(0.5)
  })

  test.each([
    [asif, { nearest: 100, power: 8 }],
    [kernelSmoother, { target: 1, nearest: 100, power: 8 }],
  ])('what is like no anchor very much has a length of 1 all the same', async (solver, setting) => {
    const random = new Random(8)
    const wide = () => matrix(100, 384, random.normals(100 * 384))
    const products = new MatrixProducts({ threads: 1 })
    const problem = problemOf([senseOf(wide(), 'image'), senseOf(wide(), 'text')], 100)
    const [head] = (await (await solver.open(products, problem))!(setting))!
    const { cols, data } = await applyHead(products, head, wide())
    const lengths = Array.from({ length: 100 }, (_, i) =>
      Math.hypot(...data.subarray(i * cols, (i + 1) * cols)),
    )
    expect(Math.min(...lengths)).toBeCloseTo(1, 4)
    await products.close()
  })

  test('things that a sense lacks are no anchors', async () => {
    const [image, text] = mixedSenses(2)
    const some = Int32Array.from({ length: 70 }, (_, i) => i)
    const fewer = {
      ...text,
      inputs: takeRows(text.inputs, some),
      meanings: some,
      views: new Int32Array(70),
      contents: some,
    }
    const [a] = await embeddingsOf(asif, problemOf([image, fewer], 120))
    expect(a.cols).toBe(70)
  })
})

describe('semantic matching', () => {
  const setting = { ridge: 0.001, cca: 0 }

  test('an embedding is the class posteriors, made of unit length', async () => {
    const problem = problemOf(labelledSenses(2))
    const { inputs, meanings } = problem.senses[1]
    const targets = matrix(120, 4)
    meanings.forEach((meaning, item) => {
      targets.data[item * 4 + meaning] = 1
    })
    const [{ W, b }] = await fitLogistic({ inputs, targets }, [0.001])
    const [, embedded] = await embeddingsOf(semanticMatching, problem, setting)
    for (const item of [0, 1, 58]) {
      const logits = Array.from(b, (bias, c) => {
        let sum = bias
        for (let k = 0; k < 9; k++) sum += inputs.data[item * 9 + k] * W.data[k * 4 + c]
        return Math.exp(sum)
      })
      const length = Math.hypot(...logits)
      logits.forEach((value, c) => {
        expect(embedded.data[item * 4 + c]).toBeCloseTo(value / length, 2)
      })
    }
  })

  test('no sense is fitted to another: one alone embeds as it does beside others', async () => {
    const senses = labelledSenses(2)
    const [together] = await embeddingsOf(semanticMatching, problemOf(senses), setting)
    const [alone] = await embeddingsOf(semanticMatching, problemOf(senses.slice(0, 1)), setting)
    expectEqual(alone, together, 5)
    const [correlated] = await embeddingsOf(semanticMatching, problemOf(senses), { ridge: 0.001, cca: 1 })
    expect(correlated.data).not.toEqual(together.data)
  })

  test('canonical coordinates before it apply only where there are any', async () => {
    const products = new MatrixProducts({ threads: 1 })
    const alone = await semanticMatching.open(products, problemOf(labelledSenses(1)))
    expect(await alone!({ ridge: 0.001, cca: 1 })).toBeUndefined()
    expect(await alone!(setting)).toHaveLength(1)
    await products.close()
  })

  test('meanings that one sense does not perceive twice are no classes', async () => {
    const [image, text] = labelledSenses(2)
    const fewer = {
      ...text,
      meanings: text.meanings.map((meaning, item) => (meaning === 3 && item > 3 ? 99 : meaning)),
    }
    const [a] = await embeddingsOf(semanticMatching, problemOf([image, fewer]), setting)
    expect(a.cols).toBe(3)
  })

  test('things that are perceived once, or more classes than an embedding holds, are not its problem', async () => {
    const products = new MatrixProducts({ threads: 1 })
    expect(await semanticMatching.open(products, problemOf(mixedSenses(2)))).toBeUndefined()
    expect(await semanticMatching.open(products, problemOf(labelledSenses(2), 3))).toBeUndefined()
    await products.close()
  })
})
