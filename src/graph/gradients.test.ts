import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { floats } from '../spec/tensor.ts'
import { checkGradient, gradientCases } from './gradient.contract.ts'
import { gradients, stopGradient, withGradient } from './gradients.ts'
import { Graph, type Value } from './graph.ts'
import * as op from './ops.ts'
import { openGraph } from './session.ts'

const size = fc.integer({ min: 1, max: 3 })
const sizes = fc.record({ batch: size, n: size, m: size })
const numbers = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }))

describe.each(['onnxruntime-node', 'onnxruntime-web'] as const)('in %s', (engine) => {
  test.each(gradientCases.map((testCase) => [testCase.name, testCase] as const))(
    'gradient of %s is what finite differences say',
    async (_, testCase) => {
      const property = fc.asyncProperty(sizes, numbers, (chosen, stream) =>
        checkGradient(testCase, chosen, () => stream.next().value, { engine, threads: 1 }),
      )
      await fc.assert(property, { numRuns: 5 })
    },
  )
})

async function evaluate(x: readonly number[], build: (x: Value) => readonly Value[]): Promise<number[][]> {
  const graph = new Graph()
  const input = graph.input('x', 'float32', [x.length])
  build(input).forEach((value, k) => {
    graph.output(`y${k}`, value)
  })
  const session = await openGraph(graph)
  const outputs = Object.values(await session.run({ x: floats([x.length], x) }))
  await session.close()
  return outputs.map(({ data }) => Array.from(data as Float32Array))
}

const sum = (x: Value) => op.ReduceSum(x, { keepdims: false })

describe('gradients', () => {
  test('several paths to one value add up: d(x² + 3x) = 2x + 3', async () => {
    expect(await evaluate([1, 5], (x) => gradients(sum(op.Add(op.Mul(x, x), op.Mul(x, 3))), [x]))).toEqual([
      [5, 13],
    ])
  })

  test('are zeros for a value that the loss does not depend on', async () => {
    const build = (x: Value) => {
      const other = x.graph.constant(floats([3], [1, 2, 3]), 'other')
      return gradients(sum(x), [other])
    }
    expect(await evaluate([1, 2], build)).toEqual([[0, 0, 0]])
  })

  test('can be taken of a value in the middle: y = 2x, d(Σ y²)/dy = 2y', async () => {
    const build = (x: Value) => {
      const y = op.Mul(x, 2)
      return gradients(sum(op.Mul(y, y)), [y])
    }
    expect(await evaluate([1, -3], build)).toEqual([[4, -12]])
  })

  test('of gradients: d²(x³) = 6x', async () => {
    const build = (x: Value) => {
      const [first] = gradients(sum(op.Mul(x, op.Mul(x, x))), [x])
      return gradients(sum(first), [x])
    }
    expect(await evaluate([1, 2], build)).toEqual([[6, 12]])
  })

  test('of a part of several outputs, the other parts sending nothing', async () => {
    const build = (x: Value) => {
      const [, last] = op.Split(x, { axis: 0, split: [1, 2] })
      return gradients(sum(op.Mul(last, last)), [x])
    }
    expect(await evaluate([7, 1, 2], build)).toEqual([[0, 2, 4]])
  })

  test('withGradient puts a rule in place of the nodes behind it', async () => {
    const build = (x: Value) => {
      const own = withGradient(op.Exp(op.Mul(x, x)), [x], (g) => [op.Mul(g, 10)])
      return gradients(sum(op.Mul(own, 2)), [x])
    }
    expect(await evaluate([1, 2], build)).toEqual([[20, 20]])
  })

  test('do not pass stopGradient', async () => {
    const build = (x: Value) => gradients(sum(op.Mul(x, stopGradient(x))), [x])
    expect(await evaluate([3, 4], build)).toEqual([[3, 4]])
  })

  test('refuse a loss of several numbers', () => {
    const x = new Graph().input('x', 'float32', ['batch'])
    expect(() => gradients(x, [x])).toThrow(
      'gradients: expected a loss of one float32, received float32 [batch]',
    )
  })

  test('refuse an operator that has none, but only on the way from what is asked for', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', [1, 1, 4])
    const scale = graph.input('scale', 'float32', [])
    const loss = sum(op.Mul(op.MaxPool(x, { kernelShape: [2] }), scale))
    expect(() => gradients(loss, [x])).toThrow('gradient of MaxPool: expected an operator that has one')
    expect(gradients(loss, [scale])).toHaveLength(1)
  })

  test('of a mean over a symbol say what to do instead', () => {
    const x = new Graph().input('x', 'float32', ['batch'])
    expect(() => gradients(op.ReduceMean(x, { keepdims: false }), [x])).toThrow(
      'received [batch]; multiply ReduceSum by an input that holds 1/n',
    )
  })
})
