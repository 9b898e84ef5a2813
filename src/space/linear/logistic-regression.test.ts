import { describe, expect, test } from 'vitest'
import { matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { fitLogistic, logisticLoss } from './logistic-regression.ts'

const random = new Random(5)
const labels = Array.from({ length: 30 }, (_, i) => i % 3)
const samples = {
  inputs: matrix(
    30,
    6,
    random.normals(180).map((value, at) => value + 2 * Math.sin(labels[Math.floor(at / 6)] + (at % 6))),
  ),
  targets: matrix(
    30,
    3,
    Float32Array.from({ length: 90 }, (_, at) => Number(labels[Math.floor(at / 3)] === at % 3)),
  ),
  weights: labels.map((label) => 1 + label),
}

describe('logistic regression', () => {
  test('its gradient is that of finite differences', async () => {
    const W = matrix(
      6,
      3,
      Float32Array.from({ length: 18 }, (_, i) => Math.sin(i)),
    )
    const b = Float32Array.of(0.2, -0.1, 0.3)
    const { gradient } = await logisticLoss(samples, 0.05, { W, b })
    const step = 1e-2
    for (let i = 0; i < 21; i++) {
      const moved = async (by: number) => {
        const data = W.data.slice()
        const bias = b.slice()
        if (i < 18) data[i] += by
        else bias[i - 18] += by
        return (await logisticLoss(samples, 0.05, { W: matrix(6, 3, data), b: bias })).value
      }
      expect(gradient[i]).toBeCloseTo(((await moved(step)) - (await moved(-step))) / (2 * step), 3)
    }
  })

  test('it ends where the gradient is nothing, whatever ridge it came from', async () => {
    const [, after] = await fitLogistic(samples, [1, 0.01])
    const [direct] = await fitLogistic(samples, [0.01])
    const { gradient } = await logisticLoss(samples, 0.01, after)
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-4)
    after.W.data.forEach((value, i) => {
      expect(value).toBeCloseTo(direct.W.data[i], 1)
    })
  })
})
