import { describe, expect, test } from 'vitest'
import { floats } from '../../spec/tensor.ts'
import { PairPositives } from '../train/positives.ts'
import { a, b, batch, differences, dim, lossAndGradients, positive, slots } from './loss.contract.ts'
import { sigmoidLoss } from './sigmoid-loss.ts'

const [scale, bias] = [6, -2]
const present = [0, 1, 2, 3] // of b
const positives = new PairPositives(batch, batch.senses[0], batch.senses[1]).rows()

function run(x = a, logits = { scale, bias }) {
  const feeds = {
    a: floats([slots, dim], x),
    b: floats([slots, dim], b),
    scale: floats([], [logits.scale]),
    bias: floats([], [logits.bias]),
    positives: floats([slots, slots], Float32Array.from(positives)),
    share: floats([], [1 / present.length]),
    presentA: floats([slots, 1], batch.senses[0].present),
    presentB: floats([1, slots], batch.senses[1].present),
  }
  return lossAndGradients(feeds, ['a', 'b', 'scale', 'bias'], (inputs) => sigmoidLoss(inputs as never))
}

/** Equation 2 of the paper, pair by pair. */
function naive(x: ArrayLike<number>, y: ArrayLike<number>, t = scale, c = bias): number {
  let sum = 0
  for (let i = 0; i < slots; i++) {
    for (const j of present) {
      let cosine = 0
      for (let k = 0; k < dim; k++) cosine += x[i * dim + k] * y[j * dim + k]
      const z = positive(i, j) ? 1 : -1
      sum -= Math.log(1 / (1 + Math.exp(-z * (t * cosine + c))))
    }
  }
  return sum / present.length
}

describe('the sigmoid loss', () => {
  test('is the formula', async () => {
    expect((await run()).loss[0]).toBeCloseTo(naive(a, b), 4)
  })

  test('its written-out gradient is that of the formula', async () => {
    const found = await run()
    differences(a, (x) => naive(x, b)).forEach((value, k) => {
      expect(found.a[k]).toBeCloseTo(value, 3)
    })
    differences(b, (y) => naive(a, y)).forEach((value, k) => {
      expect(found.b[k]).toBeCloseTo(value, 3)
    })
    expect(found.scale[0]).toBeCloseTo((naive(a, b, scale + 1e-3) - naive(a, b, scale - 1e-3)) / 2e-3, 3)
    expect(found.bias[0]).toBeCloseTo(
      (naive(a, b, scale, bias + 1e-3) - naive(a, b, scale, bias - 1e-3)) / 2e-3,
      3,
    )
  })

  test('a pair does not depend on the others: moving one slot leaves the gradients of the rest', async () => {
    const moved = a.slice()
    moved.set([0, 0, 0, 1], 0)
    const [before, after] = [await run(), await run(moved)]
    for (let k = dim; k < slots * dim; k++) expect(after.a[k]).toBeCloseTo(before.a[k], 5)
  })

  test('stays finite where logits are huge', async () => {
    const { loss, a: gradient } = await run(a, { scale: 5000, bias: -2000 })
    expect(Number.isFinite(loss[0]) && gradient.every(Number.isFinite)).toBe(true)
  })
})
