import { describe, expect, test } from 'vitest'
import { Random } from '../../math/random.ts'
import { floats } from '../../spec/tensor.ts'
import { a, differences, dim, lossAndGradients, slots } from './loss.contract.ts'
import { structureLoss } from './structure-loss.ts'

const temperature = 0.5
const inputs = new Random(9).normals(slots * 3)
const everywhere = [1, 1, 1, 1, 1]
const withoutLast = [1, 1, 1, 1, 0]

function run(embeddings = a, present = everywhere, of = { data: inputs, d: 3 }) {
  const excluded = Float32Array.from({ length: slots * slots }, (_, at) =>
    present[at % slots] && at % (slots + 1) !== 0 ? 0 : -1e4,
  )
  const feeds = {
    inputs: floats([slots, of.d], of.data),
    embeddings: floats([slots, dim], embeddings),
    present: floats([slots, 1], present),
    excluded: floats([slots, slots], excluded),
  }
  return lossAndGradients(feeds, ['embeddings'], (values) =>
    structureLoss({ ...(values as never as Parameters<typeof structureLoss>[0]), temperature }),
  )
}

/** Who is near whom, row by row. */
function neighbours(rows: ArrayLike<number>, d: number, kept: number[]): number[][] {
  const row = (i: number) => Array.from({ length: d }, (_, k) => rows[i * d + k])
  const mean = Array.from({ length: d }, (_, k) => kept.reduce((sum, i) => sum + row(i)[k], 0) / kept.length)
  const centred = kept.map((i) => row(i).map((value, k) => value - mean[k]))
  const cosine = (x: number[], y: number[]) =>
    x.reduce((sum, value, k) => sum + value * y[k], 0) / (Math.hypot(...x) * Math.hypot(...y))
  return centred.map((x, i) => {
    const powers = centred.map((y, j) => (i === j ? 0 : Math.exp(cosine(x, y) / temperature)))
    const sum = powers.reduce((total, power) => total + power, 0)
    return powers.map((power) => power / sum)
  })
}

/** Mean Jensen–Shannon divergence of the rows. */
function naive(embeddings: ArrayLike<number>, kept = [0, 1, 2, 3, 4]): number {
  const [P, Q] = [neighbours(inputs, 3, kept), neighbours(embeddings, dim, kept)]
  const kl = (p: number, m: number) => (p > 0 ? p * Math.log(p / m) : 0)
  const rows = P.map((row, i) =>
    row.reduce((sum, p, j) => {
      const m = (p + Q[i][j]) / 2
      return sum + (kl(p, m) + kl(Q[i][j], m)) / 2
    }, 0),
  )
  return rows.reduce((sum, row) => sum + row, 0) / kept.length
}

describe('the structure-preserving term', () => {
  test('is the formula, over the slots that are perceived', async () => {
    expect((await run()).loss[0]).toBeCloseTo(naive(a), 4)
    expect((await run(a, withoutLast)).loss[0]).toBeCloseTo(naive(a, [0, 1, 2, 3]), 4)
  })

  test('its gradient is that of the formula', async () => {
    const { embeddings } = await run()
    differences(a, naive).forEach((value, k) => {
      expect(embeddings[k]).toBeCloseTo(value, 3)
    })
  })

  test('is nothing for embeddings that lie as the inputs do, turned, moved or stretched', async () => {
    const turned = Float32Array.from({ length: slots * dim }, (_, at) => {
      const [row, k] = [Math.floor(at / dim), at % dim]
      return k < 3 ? 7 + 2 * inputs[row * 3 + ((k + 1) % 3)] : 5
    })
    expect((await run(turned)).loss[0]).toBeCloseTo(0, 5)
    expect((await run()).loss[0]).toBeGreaterThan(0.01)
  })

  test('is at most log 2', async () => {
    const { loss } = await run(a.map((value) => -value))
    expect(loss[0]).toBeLessThanOrEqual(Math.log(2))
  })
})
