import { afterAll, expect, test } from 'vitest'
import { matrix } from '../../math/matrix.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { Moments } from './moments.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

test('a mean and a covariance, worked out once for the same inputs', async () => {
  const inputs = matrix(2, 2, Float32Array.of(1, 5, 3, 5))
  const moments = await Moments.of(products, inputs)
  expect([...moments.mean]).toEqual([2, 5])
  expect([...moments.covariance.data]).toEqual([1, 0, 0, 0])
  expect(await Moments.of(products, inputs)).toBe(moments)
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e25])(
  'inputs with %d among them have none',
  async (value) => {
    const inputs = matrix(2, 2, Float32Array.of(1, 5, 3, value))
    await expect(Moments.of(products, inputs)).rejects.toMatchObject({ code: 'not-finite' })
  },
)
