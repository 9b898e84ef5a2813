import { describe, expect, test } from 'vitest'
import { floats } from '../spec/tensor.ts'
import { type AdamWOptions, adamw } from './adamw.ts'
import { gradients } from './gradients.ts'
import { Graph } from './graph.ts'
import * as op from './ops.ts'
import { openGraph } from './session.ts'

/** The loss ½ Σ (w - target)², whose gradient is w - target. */
function quadratic(options: AdamWOptions, decay = true) {
  const graph = new Graph()
  const w = graph.input('w', 'float32', [3])
  const target = graph.input('target', 'float32', [3])
  const loss = op.Mul(op.ReduceSumSquare(op.Sub(w, target), { keepdims: false }), 0.5)
  graph.output('loss', loss)
  const [gradient] = gradients(loss, [w])
  return { graph, optimiser: adamw(graph, [{ value: w, gradient, decay }], options) }
}

/** AdamW as the paper writes it, in double precision. */
function reference(
  w: number[],
  target: number[],
  steps: number,
  learningRate: number,
  decay: number,
): number[] {
  const m = w.map(() => 0)
  const v = w.map(() => 0)
  const values = [...w]
  for (let t = 1; t <= steps; t++) {
    values.forEach((value, k) => {
      const g = value - target[k]
      m[k] = 0.9 * m[k] + 0.1 * g
      v[k] = 0.99 * v[k] + 0.01 * g * g
      const step = m[k] / (1 - 0.9 ** t) / (Math.sqrt(v[k] / (1 - 0.99 ** t)) + 1e-3)
      values[k] = value - learningRate * decay * value - learningRate * step
    })
  }
  return values
}

const start = [1, -2, 0.5]
const target = [0, 3, 0.5]

describe.each(['onnxruntime-node', 'onnxruntime-web'] as const)('adamw in %s', (engine) => {
  test.each([0.1, 0])('takes the steps that the paper takes, weight decay %f', async (weightDecay) => {
    const { graph, optimiser } = quadratic({ beta1: 0.9, beta2: 0.99, epsilon: 1e-3, weightDecay })
    const session = await openGraph(graph, { engine, carry: optimiser.carry })
    const first = { w: floats([3], start), ...optimiser.moments() }
    for (let step = 1; step <= 50; step++) {
      await session.run({
        ...(step === 1 && first),
        target: floats([3], target),
        ...optimiser.feeds(step, 0.05),
      })
    }
    const { w } = await session.readCarried()
    await session.close()
    reference(start, target, 50, 0.05, weightDecay).forEach((value, k) => {
      expect(w.data[k]).toBeCloseTo(value, 5)
    })
  })
})

test('a parameter without decay keeps its weights where the gradient is zero', async () => {
  const { graph, optimiser } = quadratic({ weightDecay: 0.5 }, false)
  const session = await openGraph(graph, { carry: optimiser.carry })
  const w = floats([3], [1, 2, 3])
  await session.run({ w, ...optimiser.moments(), target: w, ...optimiser.feeds(1, 0.1) })
  expect((await session.readCarried()).w.data).toEqual(Float32Array.of(1, 2, 3))
  await session.close()
})

test('refuses a parameter of unknown size', () => {
  const graph = new Graph()
  const w = graph.input('w', 'float32', ['batch'])
  expect(() => adamw(graph, [{ value: w, gradient: w }])).toThrow(
    'parameter w: expected sizes that are numbers, received [batch]',
  )
})
