import { afterAll, describe, expect, test } from 'vitest'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { symmetricEigen } from '../../math/symmetric-eigen.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { type CcaProblem, type CcaSense, prepareCca, solveCca, weightedMaps } from './regularised-cca.ts'
import type { AffineMap } from './solver.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

const noRidge = { ridge: 1e-6, dim: 8 }

/** Senses that all see the same `shared` numbers through a random mixing, beside numbers of their own. */
function senses(count: number, items: number, shared: number, own: number, noise = 0): CcaSense[] {
  const random = new Random(7)
  const common = random.normals(items * shared)
  return Array.from({ length: count }, () => {
    const d = shared + own
    const mixing = random.normals(d * d)
    const inputs = matrix(items, d)
    for (let i = 0; i < items; i++) {
      const source = Array.from({ length: d }, (_, k) =>
        k < shared ? common[i * shared + k] + noise * random.normal() : random.normal(),
      )
      for (let j = 0; j < d; j++)
        inputs.data[i * d + j] = source.reduce((sum, s, k) => sum + s * mixing[k * d + j], 3)
    }
    return { inputs, meanings: Int32Array.from({ length: items }, (_, i) => i), views: new Int32Array(items) }
  })
}

async function solve(problem: readonly CcaSense[], choice = noRidge) {
  return (await solveCca(products, await prepareCca(products, problem, 1), choice))!
}

function embed({ W, b }: AffineMap, X: Matrix): number[][] {
  return Array.from({ length: X.rows }, (_, i) =>
    Array.from(b, (shift, k) => {
      let sum = shift
      for (let j = 0; j < X.cols; j++) sum += X.data[i * X.cols + j] * W.data[j * W.cols + k]
      return sum
    }),
  )
}

function correlation(a: number[][], b: number[][], column: number): number {
  const x = a.map((row) => row[column])
  const y = b.map((row) => row[column])
  const mean = (v: number[]) => v.reduce((sum, value) => sum + value, 0) / v.length
  const [mx, my] = [mean(x), mean(y)]
  const cov = mean(x.map((value, i) => (value - mx) * (y[i] - my)))
  return (
    cov / Math.sqrt(mean(x.map((value) => (value - mx) ** 2)) * mean(y.map((value) => (value - my) ** 2)))
  )
}

/** Eigenvalues of all whitened blocks together, by a dense solver. */
async function exactSums({ senses: moments, covariances }: CcaProblem, ridge: number): Promise<Float64Array> {
  const d = moments[0].mean.length
  const A = matrix(d * moments.length, d * moments.length)
  for (const [i, row] of covariances.entries()) {
    for (const [j, covariance] of row.entries()) {
      if (!covariance) continue
      const left = await products.multiply(moments[i].whitening(ridge), covariance, { transA: true })
      const block = await products.multiply(left, moments[j].whitening(ridge))
      block.data.forEach((value, at) => {
        const [r, c] = [i * d + Math.floor(at / d), j * d + (at % d)]
        A.data[r * A.cols + c] = value
        A.data[c * A.cols + r] = value
      })
    }
  }
  return symmetricEigen(A).values
}

describe('regularised CCA', () => {
  test('what two senses share has correlation 1, what they do not has little', async () => {
    const { correlations } = await solve(senses(2, 400, 3, 5))
    expect(Array.from(correlations.subarray(0, 3))).toEqual([1, 1, 1].map((one) => expect.closeTo(one, 2)))
    expect(correlations[3]).toBeLessThan(0.4)
  })

  test('the correlations that it states are those of the embeddings', async () => {
    const [a, b] = senses(2, 400, 3, 5, 0.5)
    const { maps, correlations } = await solve([a, b])
    const x = embed(maps[0], a.inputs)
    const y = embed(maps[1], b.inputs)
    for (const k of [0, 1, 2, 5]) expect(correlation(x, y, k)).toBeCloseTo(correlations[k], 3)
  })

  test('no two coordinates of one sense correlate', async () => {
    const [a, b] = senses(2, 400, 3, 5, 0.5)
    const { maps } = await solve([a, b])
    const x = embed(maps[0], a.inputs)
    expect(
      correlation(
        x,
        x.map((row) => [row[1]]),
        0,
      ),
    ).toBeCloseTo(0, 2)
  })

  test('it does not see an invertible linear map of a sense', async () => {
    const [a, b] = senses(2, 300, 3, 5, 0.5)
    const mixed = {
      ...b,
      inputs: matrix(
        b.inputs.rows,
        b.inputs.cols,
        b.inputs.data.map((value) => 2 * value - 7),
      ),
    }
    const one = await solve([a, b])
    const other = await solve([a, mixed])
    other.correlations.forEach((value, k) => {
      expect(value).toBeCloseTo(one.correlations[k], 3)
    })
  })

  test('a ridge lowers correlations that few pairs only seem to have', async () => {
    const few = senses(2, 12, 0, 8)
    const { correlations: without } = await solve(few)
    const { correlations: with_ } = await solve(few, { ...noRidge, ridge: 1 })
    expect(without[0]).toBeGreaterThan(0.9)
    expect(with_[0]).toBeLessThan(without[0] - 0.2)
  })

  test('two senses are a case of many: the same as eigenvalues of all blocks together', async () => {
    const problem = await prepareCca(products, senses(2, 300, 20, 40, 1), 1)
    const exact = await exactSums(problem, 0.1)
    const { correlations, maps } = (await solveCca(products, problem, { ridge: 0.1, dim: 12 }))!
    expect(correlations).toHaveLength(12)
    correlations.forEach((value, k) => {
      expect(value).toBeCloseTo(exact[k], 3)
    })
    expect(maps.map(({ W }) => W.cols)).toEqual([12, 12])
  })

  test('the largest of many senses are found, although as many are negative', async () => {
    const three = senses(3, 300, 20, 40, 1)
    const views = { ...three[0], views: Int32Array.from(three[0].views, (_, i) => i % 2) }
    const twice = Int32Array.from(three[0].meanings, (meaning) => meaning >> 1)
    for (const [problem, most] of [
      [three, 2],
      [
        [
          { ...views, meanings: twice },
          { ...three[1], meanings: twice },
        ],
        2,
      ],
    ] as const) {
      const prepared = await prepareCca(products, problem, 1)
      const exact = await exactSums(prepared, 0.1)
      const { correlations } = (await solveCca(products, prepared, { ridge: 0.1, dim: 12 }))!
      expect(correlations).toHaveLength(12)
      correlations.forEach((value, k) => {
        expect(value * most).toBeCloseTo(exact[k], 2)
      })
    }
  })

  test.each([2, 3])('%d senses that say nothing of each other have no coordinates', async (count) => {
    // every sense varies along directions of its own: over the corners of a cube no two of them correlate
    const corners = Array.from({ length: count }, (_, s) => ({
      inputs: matrix(
        8,
        1,
        Float32Array.from({ length: 8 }, (_, i) => ((i >> s) & 1) - 0.5),
      ),
      meanings: Int32Array.from({ length: 8 }, (_, i) => i),
      views: new Int32Array(8),
    }))
    const problem = await prepareCca(products, corners, 1)
    expect(await solveCca(products, problem, noRidge)).toBeUndefined()
  })

  test('three senses: a correlation is 1 only where all agree', async () => {
    const { correlations, maps } = await solve(senses(3, 400, 3, 5))
    expect(maps).toHaveLength(3)
    expect(Array.from(correlations.subarray(0, 3))).toEqual([1, 1, 1].map((one) => expect.closeTo(one, 2)))
  })

  test('pairs may be many: items of one meaning count through their mean', async () => {
    const [a, b] = senses(2, 200, 3, 3, 0.3)
    const twice: CcaSense = {
      inputs: matrix(400, 6, Float32Array.from([...b.inputs.data, ...b.inputs.data])),
      meanings: Int32Array.from([...b.meanings, ...b.meanings]),
      views: new Int32Array(400),
    }
    const { correlations } = await solve([a, b])
    const repeated = await solve([a, twice])
    repeated.correlations.forEach((value, k) => {
      expect(value).toBeCloseTo(correlations[k], 3)
    })
  })

  test('power weights coordinates by their correlation', async () => {
    const problem = senses(2, 400, 3, 5, 0.5)
    const flat = await solve(problem)
    const ratio = weightedMaps(flat, 1)[0].W.data[4] / flat.maps[0].W.data[4]
    expect(ratio).toBeCloseTo(flat.correlations[4], 3)
  })
})
