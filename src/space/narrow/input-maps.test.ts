import { afterAll, expect, test } from 'vitest'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { covarianceOf } from '../linear/covariance.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { mapInputs } from './input-map.ts'
import { fitKernelMap } from './kernel-map.ts'
import { fitWithinWhitening } from './within-whitening.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

const options = { anchors: 64, gamma: 1, rank: 64, shrinkage: 0, seed: 1 }

function normals(rows: number, cols: number, seed = 4): Matrix {
  return matrix(rows, cols, new Random(seed).normals(rows * cols))
}

function dot(X: Matrix, i: number, j: number): number {
  let sum = 0
  for (let k = 0; k < X.cols; k++) sum += X.data[i * X.cols + k] * X.data[j * X.cols + k]
  return sum
}

test('kernel components have mean 0 and covariance I', async () => {
  const X = normals(200, 3)
  const map = await fitKernelMap(products, X, { ...options, rank: 8 })
  const phi = await mapInputs(map, X, products)
  const { data, cols } = await covarianceOf(products, phi)
  for (let i = 0; i < cols; i++)
    for (let j = 0; j < cols; j++) expect(data[i * cols + j]).toBeCloseTo(i === j ? 1 : 0, 1)
})

test('distances between kernel components, unwhitened, are those of the kernel', async () => {
  const X = normals(40, 3)
  // So much shrinkage that whitening is a mere scaling: the distances keep their proportions.
  const map = await fitKernelMap(products, X, { ...options, shrinkage: 1e6 })
  const phi = await mapInputs(map, X, products)
  const distance = (i: number, j: number) => dot(phi, i, i) + dot(phi, j, j) - 2 * dot(phi, i, j)
  const kernel = (i: number, j: number) => Math.exp(dot(X, i, j) / Math.sqrt(dot(X, i, i) * dot(X, j, j)) - 1)
  const scale = distance(0, 1) / (2 - 2 * kernel(0, 1))
  for (const [i, j] of [
    [2, 3],
    [10, 30],
    [7, 8],
  ])
    expect(distance(i, j) / scale).toBeCloseTo(2 - 2 * kernel(i, j), 2)
})

test('the kernel sees directions, not lengths', async () => {
  const X = normals(50, 3)
  const map = await fitKernelMap(products, X, options)
  const twice = { ...X, data: X.data.map((value) => 2 * value) }
  const [one, two] = [await mapInputs(map, X, products), await mapInputs(map, twice, products)]
  one.data.forEach((value, i) => {
    expect(two.data[i]).toBeCloseTo(value, 2)
  })
})

test('whitening within meanings shrinks the direction in which one thing varies', async () => {
  const random = new Random(6)
  const things = 60
  const inputs = matrix(2 * things, 2)
  for (let i = 0; i < things; i++) {
    const own = random.normal()
    for (const copy of [0, 1]) {
      inputs.data[(2 * i + copy) * 2] = own + 0.01 * random.normal()
      inputs.data[(2 * i + copy) * 2 + 1] = random.normal() // differs from copy to copy
    }
  }
  const meanings = Int32Array.from({ length: 2 * things }, (_, item) => item >> 1)
  const contents = Int32Array.from({ length: 2 * things }, (_, item) => item)
  const map = await fitWithinWhitening(products, { inputs, meanings, contents })
  const { data } = await covarianceOf(products, await mapInputs(map!, inputs, products))
  const before = (await covarianceOf(products, inputs)).data
  expect(data[3] / data[0]).toBeLessThan(0.6 * (before[3] / before[0]))
})

test('without repeated perceptions there is nothing to whiten by', async () => {
  const inputs = normals(50, 2)
  const own = Int32Array.from({ length: 50 }, (_, i) => i)
  expect(await fitWithinWhitening(products, { inputs, meanings: own, contents: own })).toBeUndefined()
  const same = new Int32Array(50) // one content, said fifty times
  expect(await fitWithinWhitening(products, { inputs, meanings: same, contents: same })).toBeUndefined()
})
