import { afterAll, expect, test } from 'vitest'
import { matrix } from '../math/matrix.ts'
import { Random } from '../math/random.ts'
import { MatrixProducts } from '../space/linear/matrix-products.ts'
import { applyKernel, fitKernelRidge } from './kernel-ridge.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

const classes = 4
const setting = { bandwidth: 1, ridge: 0.1 }

/** Four clouds whose rows come by turns, and which one each row is of. */
function clouds(rows: number) {
  const random = new Random(3)
  const inputs = matrix(rows, 2)
  const targets = matrix(rows, classes)
  for (let row = 0; row < rows; row++) {
    const own = row % classes
    inputs.data.set([(own % 2) * 6 + random.normal(), Math.floor(own / 2) * 6 + random.normal()], row * 2)
    targets.data[row * classes + own] = 1
  }
  return { inputs, targets }
}

test.each([300, 2048, 2049, 3000])(
  '%i rows in which classes come by turns teach all of them',
  async (rows) => {
    const { inputs, targets } = clouds(rows)
    const [model] = await fitKernelRidge(products, inputs, targets, [setting])
    expect(model.anchors.rows).toBe(Math.min(rows, 2048))
    const asked = clouds(200).inputs
    const told = await applyKernel(products, model, asked)
    const right = Array.from({ length: 200 }, (_, row) => {
      const own = told.data.subarray(row * classes, (row + 1) * classes)
      return own.indexOf(Math.max(...own)) === row % classes
    })
    expect(right.filter(Boolean).length).toBeGreaterThan(190)
  },
)

test('the last samples are anchors for sure, where that is asked for', async () => {
  const { inputs, targets } = clouds(2500)
  const [{ anchors }] = await fitKernelRidge(products, inputs, targets, [setting], 100)
  expect(anchors.rows).toBe(2048)
  expect(anchors.data.slice(-200)).toEqual(inputs.data.slice(-200))
})
