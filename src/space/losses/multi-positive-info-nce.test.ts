import { describe, expect, test } from 'vitest'
import { gradients } from '../../graph/gradients.ts'
import { Graph } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import { matrix, normaliseRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { floats, type Tensor } from '../../spec/tensor.ts'
import type { Batch } from '../train/batches.ts'
import { pairTargets } from '../train/positives.ts'
import { multiPositiveInfoNce } from './multi-positive-info-nce.ts'

const slots = 5
const dim = 4

/** Slots 0 and 3 mean the same; slots 1 and 2 carry equal captions in b; slot 4 lacks b. */
const batch: Batch = {
  slots,
  meanings: Int32Array.of(7, 1, 2, 7, 4),
  senses: [
    {
      inputs: new Float32Array(),
      present: Float32Array.of(1, 1, 1, 1, 1),
      contents: Int32Array.of(0, 1, 2, 3, 4),
    },
    {
      inputs: new Float32Array(),
      present: Float32Array.of(1, 1, 1, 1, 0),
      contents: Int32Array.of(0, 9, 9, 3, -1),
    },
  ],
}

const random = new Random(3)
const a = normaliseRows(matrix(slots, dim, random.normals(slots * dim))).data
const b = normaliseRows(matrix(slots, dim, random.normals(slots * dim))).data
const { targets, queryWeights } = pairTargets(batch, batch.senses[0], batch.senses[1])

async function lossAndGradients() {
  const graph = new Graph()
  const A = graph.input('a', 'float32', ['slots', dim])
  const B = graph.input('b', 'float32', ['slots', dim])
  const scale = graph.input('scale', 'float32', [])
  const loss = multiPositiveInfoNce({
    a: A,
    b: B,
    scale,
    targets: graph.input('targets', 'float32', ['slots', 'slots']),
    weightsA: graph.input('weightsA', 'float32', ['slots', 1]),
    weightsB: graph.input('weightsB', 'float32', [1, 'slots']),
    presentA: graph.input('presentA', 'float32', ['slots', 1]),
    presentB: graph.input('presentB', 'float32', [1, 'slots']),
  })
  graph.output('loss', loss)
  for (const [k, gradient] of gradients(loss, [A, B, scale]).entries()) graph.output(`d${'abs'[k]}`, gradient)
  const session = await openGraph(graph, { threads: 1 })
  const feeds: Record<string, Tensor> = {
    a: floats([slots, dim], a),
    b: floats([slots, dim], b),
    scale: floats([], [6]),
    targets: floats([slots, slots], targets),
    weightsA: floats([slots, 1], queryWeights[0]),
    weightsB: floats([1, slots], queryWeights[1]),
    presentA: floats([slots, 1], batch.senses[0].present),
    presentB: floats([1, slots], batch.senses[1].present),
  }
  const out = await session.run(feeds)
  await session.close()
  return out
}

/** The formula as one writes it down, in float64. */
function naive(x: ArrayLike<number>, y: ArrayLike<number>, scale: number): number {
  const positive = (i: number, j: number) =>
    batch.meanings[i] === batch.meanings[j] || batch.senses[1].contents[i] === batch.senses[1].contents[j]
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

function differences(at: Float32Array, loss: (moved: Float64Array) => number): number[] {
  const step = 1e-5
  return Array.from(at, (_, k) => {
    const [up, down] = [step, -step].map((by) =>
      loss(Float64Array.from(at, (value, i) => value + (i === k ? by : 0))),
    )
    return (up - down) / (2 * step)
  })
}

describe('multi-positive InfoNCE', () => {
  test('the loss is the formula', async () => {
    expect((await lossAndGradients()).loss.data[0]).toBeCloseTo(naive(a, b, 6), 4)
  })

  test('its written-out gradient is that of the formula', async () => {
    const { da, db, ds } = await lossAndGradients()
    differences(a, (x) => naive(x, b, 6)).forEach((value, k) => {
      expect(da.data[k]).toBeCloseTo(value, 3)
    })
    differences(b, (y) => naive(a, y, 6)).forEach((value, k) => {
      expect(db.data[k]).toBeCloseTo(value, 3)
    })
    expect(ds.data[0]).toBeCloseTo((naive(a, b, 6.001) - naive(a, b, 5.999)) / 0.002, 3)
  })

  test('targets of each query sum to its weight', () => {
    const sum = targets.reduce((total, value) => total + value, 0)
    expect(sum).toBeCloseTo(1, 5)
    expect(Array.from(queryWeights[0])).toEqual([0.25, 0.25, 0.25, 0.25, 0])
  })
})
