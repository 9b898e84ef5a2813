import { describe, expect, test } from 'vitest'
import { floats } from '../../spec/tensor.ts'
import { PairTargets } from '../train/positives.ts'
import { a, b, batch, differences, dim, lossAndGradients, positive, slots } from './loss.contract.ts'
import { multiPositiveInfoNce } from './multi-positive-info-nce.ts'

const pairs = new PairTargets(batch, batch.senses[0], batch.senses[1])
const [targets, { queryWeights }] = [pairs.rows(), pairs]

function run() {
  const feeds = {
    a: floats([slots, dim], a),
    b: floats([slots, dim], b),
    scale: floats([], [6]),
    targets: floats([slots, slots], targets),
    weightsA: floats([slots, 1], queryWeights[0]),
    weightsB: floats([1, slots], queryWeights[1]),
    presentA: floats([slots, 1], batch.senses[0].present),
    presentB: floats([1, slots], batch.senses[1].present),
  }
  return lossAndGradients(feeds, ['a', 'b', 'scale'], (inputs) => multiPositiveInfoNce(inputs as never))
}

/** The formula as one writes it down, in float64. */
function naive(x: ArrayLike<number>, y: ArrayLike<number>, scale: number): number {
  const present = [0, 1, 2, 3]
  const S = (i: number, j: number) => {
    let sum = 0
    for (let k = 0; k < dim; k++) sum += x[i * dim + k] * y[j * dim + k]
    return scale * sum
  }
  const direction = (
    queries: number[],
    gallery: number[],
    logit: (query: number, item: number) => number,
  ) => {
    const answered = queries.filter((query) => gallery.some((item) => positive(query, item)))
    return (
      answered.reduce((sum, query) => {
        const right = gallery.filter((item) => positive(query, item))
        const log = Math.log(gallery.reduce((total, item) => total + Math.exp(logit(query, item)), 0))
        return sum + log - right.reduce((total, item) => total + logit(query, item), 0) / right.length
      }, 0) / answered.length
    )
  }
  const all = [0, 1, 2, 3, 4]
  return (direction(all, present, S) + direction(present, all, (j, i) => S(i, j))) / 2
}

describe('multi-positive InfoNCE', () => {
  test('the loss is the formula', async () => {
    expect((await run()).loss[0]).toBeCloseTo(naive(a, b, 6), 4)
  })

  test('its written-out gradient is that of the formula', async () => {
    const found = await run()
    differences(a, (x) => naive(x, b, 6)).forEach((value, k) => {
      expect(found.a[k]).toBeCloseTo(value, 3)
    })
    differences(b, (y) => naive(a, y, 6)).forEach((value, k) => {
      expect(found.b[k]).toBeCloseTo(value, 3)
    })
    expect(found.scale[0]).toBeCloseTo((naive(a, b, 6.001) - naive(a, b, 5.999)) / 0.002, 3)
  })

  test('targets of each query sum to its weight', () => {
    const sum = targets.reduce((total, value) => total + value, 0)
    expect(sum).toBeCloseTo(1, 5)
    expect(Array.from(queryWeights[0])).toEqual([0.25, 0.25, 0.25, 0.25, 0])
  })
})
