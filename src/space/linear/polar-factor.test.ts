import { afterAll, expect, test } from 'vitest'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { MatrixProducts } from './matrix-products.ts'
import { orthonormalBasis } from './orthonormal-basis.ts'
import { polarFactor } from './polar-factor.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

const size = 40
const random = new Random(5)
const normals = () => matrix(size, size, random.normals(size * size))

test('of a rotation times a positive definite matrix it is the rotation', async () => {
  const Q = await orthonormalBasis(products, normals())
  const B = normals()
  const P = await products.multiply(B, B, { transA: true })
  const factor = await polarFactor(products, await products.multiply(Q, P))
  expect(farthest(factor, Q)).toBeLessThan(2e-3)
})

test('is orthogonal, also where singular values differ by a factor of ten thousand', async () => {
  const Q = await orthonormalBasis(products, normals())
  const M = matrix(
    size,
    size,
    Q.data.map((value, i) => value * 10 ** (-4 * ((i % size) / (size - 1)))),
  )
  const factor = await polarFactor(products, M)
  expect(farthest(factor, Q)).toBeLessThan(1e-3)
  const gram = await products.multiply(factor, factor, { transA: true })
  expect(farthest(gram, identity())).toBeLessThan(1e-4)
})

test('nothing is turned nowhere', async () => {
  const factor = await polarFactor(products, matrix(size, size))
  expect(factor.data.every((value) => value === 0)).toBe(true)
})

function identity(): Matrix {
  const out = matrix(size, size)
  for (let i = 0; i < size; i++) out.data[i * size + i] = 1
  return out
}

function farthest(a: Matrix, b: Matrix): number {
  return Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i])))
}
