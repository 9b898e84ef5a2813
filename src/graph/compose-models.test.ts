import { describe, expect, test } from 'vitest'
import { floats } from '../spec/tensor.ts'
import { composeModels } from './compose-models.ts'
import { Graph } from './graph.ts'
import * as op from './ops.ts'
import { checkModel } from './read-model.ts'
import { openGraph } from './session.ts'

/** x → x·factor + 1, a constant and a name of their own in each. */
function affine(factor: number, [from, to]: [string, string] = ['x', 'y'], dim = 2): Uint8Array {
  const graph = new Graph()
  const x = graph.input(from, 'float32', ['batch', dim])
  const scaled = op.Mul(x, graph.constant(floats([dim], new Float32Array(dim).fill(factor)), 'factor'))
  graph.output(to, op.Add(scaled, 1))
  return graph.toModel()
}

async function run(model: Uint8Array): Promise<number[]> {
  const session = await openGraph(model, { threads: 1 })
  const { y } = await session.run({ x: floats([1, 2], Float32Array.of(3, 5)) })
  await session.close()
  return [...(y.data as Float32Array)]
}

describe('composeModels', () => {
  test('is the second after the first, though their values have the same names', async () => {
    const both = composeModels(affine(2), affine(10), { x: 'y' })
    expect(await run(both)).toEqual([71, 111]) // (3·2 + 1)·10 + 1
    expect(checkModel(both).inputs).toEqual(checkModel(affine(2)).inputs)
  })

  test('can be carried on again and again', async () => {
    const twice = composeModels(composeModels(affine(2), affine(10), { x: 'y' }), affine(-1), { x: 'y' })
    expect(await run(twice)).toEqual([-70, -110])
  })

  test('gives the same bytes each time', () => {
    expect(composeModels(affine(2), affine(3), { x: 'y' })).toEqual(
      composeModels(affine(2), affine(3), { x: 'y' }),
    )
  })

  test.each([
    ['another width', affine(2), affine(3, ['x', 'y'], 4), { x: 'y' }],
    ['an output that is not there', affine(2), affine(3), { x: 'z' }],
    ['no model', affine(2), Uint8Array.of(1, 2, 3), { x: 'y' }],
  ])('refuses %s', (_, first, second, links) => {
    expect(() => composeModels(first, second, links)).toThrow(expect.objectContaining({ code: 'bad-graph' }))
  })
})
