import { expect, test } from 'vitest'
import { floats } from '../spec/tensor.ts'
import { checkGradient } from './gradient.contract.ts'
import { Graph } from './graph.ts'
import { quickGelu } from './quick-gelu.ts'
import { openGraph } from './session.ts'

test('its gradient is what finite differences say', async () => {
  let next = 0
  await checkGradient(
    { name: 'quickGelu', shapes: () => [['batch']], build: ([x]) => quickGelu(x) },
    { batch: 7, n: 1, m: 1 },
    () => {
      next = (next + 0.37) % 1
      return next
    },
    { engine: 'onnxruntime-node', threads: 1 },
  )
})

test('is x·σ(1.702x)', async () => {
  const graph = new Graph()
  graph.output('y', quickGelu(graph.input('x', 'float32', [4])))
  const session = await openGraph(graph)
  const { y } = await session.run({ x: floats([4], [-20, -1, 0, 2]) })
  await session.close()
  const expected = [-20, -1, 0, 2].map((x) => x / (1 + Math.exp(-1.702 * x)))
  expected.forEach((value, k) => {
    expect(y.data[k]).toBeCloseTo(value, 6)
  })
})
