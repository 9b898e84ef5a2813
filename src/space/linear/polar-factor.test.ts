import { afterAll, expect, test, vi } from 'vitest'
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
  expect(farthest(await gramOf(factor), identity())).toBeLessThan(1e-4)
})

test.each([1e-4, 1e-5])('a single singular value of %d of the others reaches 1 with them', async (least) => {
  const n = 64
  const M = matrix(n, n)
  for (let i = 0; i < n; i++) M.data[i * n + i] = i < n - 1 ? 1 : least
  const factor = await polarFactor(products, M)
  expect(farthest(await gramOf(factor), identity(n))).toBeLessThan(1e-5)
  expect(factor.data[n * n - 1]).toBeCloseTo(1, 5)
})

test('of a tall matrix its columns are orthonormal and span what the matrix spans', async () => {
  const cols = 9
  const M = matrix(size, cols, random.normals(size * cols))
  const factor = await polarFactor(products, M)
  expect(farthest(await gramOf(factor), identity(cols))).toBeLessThan(1e-4)
  // M = factor·P with P = factorᵀ·M symmetric: what makes it the polar factor
  const P = await products.multiply(factor, M, { transA: true })
  expect(farthest(await products.multiply(factor, P), M)).toBeLessThan(1e-4)
  for (let i = 0; i < cols; i++)
    for (let j = 0; j < i; j++) expect(P.data[i * cols + j]).toBeCloseTo(P.data[j * cols + i], 4)
})

test('of a singular matrix it turns what there is and nothing else, rounding errors neither', async () => {
  const rank = 25
  const [A, B] = [normals(), normals()].map(({ data }) => matrix(rank, size, data.slice(0, rank * size)))
  const multiply = vi.spyOn(products, 'multiply')
  const factor = await polarFactor(products, await products.multiply(A, B, { transA: true }))
  expect(multiply.mock.calls.length).toBeLessThan(100)
  multiply.mockRestore()
  // a projector of that rank: every singular value is 1 or 0
  const gram = await gramOf(factor)
  expect(farthest(await products.multiply(gram, gram), gram)).toBeLessThan(1e-5)
  expect(
    Array.from({ length: size }, (_, i) => gram.data[i * (size + 1)]).reduce((a, b) => a + b),
  ).toBeCloseTo(rank, 4)
})

test('nothing is turned nowhere', async () => {
  const factor = await polarFactor(products, matrix(size, size))
  expect(factor.data.every((value) => value === 0)).toBe(true)
})

function gramOf(M: Matrix): Promise<Matrix> {
  return products.multiply(M, M, { transA: true })
}

function identity(n = size): Matrix {
  const out = matrix(n, n)
  for (let i = 0; i < n; i++) out.data[i * n + i] = 1
  return out
}

function farthest(a: Matrix, b: Matrix): number {
  return Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i])))
}
