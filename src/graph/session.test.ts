import { describe, expect, test } from 'vitest'
import type { OrtSession, OrtSessionOptions } from '../platform/ort.ts'
import { floats } from '../spec/tensor.ts'
import { Graph } from './graph.ts'
import * as op from './ops.ts'
import { openGraph } from './session.ts'

/** state.next = state + by, sum = Σ state.next */
function counter(): Graph {
  const graph = new Graph()
  const next = op.Add(graph.input('state', 'float32', [2]), graph.input('by', 'float32', []))
  graph.output('state.next', next)
  graph.output('sum', op.ReduceSum(next, { keepdims: false }))
  return graph
}

const by = (value: number) => ({ by: floats([], [value]) })
const state = (a: number, b: number) => ({ state: floats([2], [a, b]) })

describe.each(['onnxruntime-node', 'onnxruntime-web'] as const)('a session of %s', (engine) => {
  const use = async (
    graph: Graph,
    options: OrtSessionOptions,
    task: (session: OrtSession) => Promise<void>,
  ) => {
    const session = await openGraph(graph, { engine, ...options })
    try {
      await task(session)
    } finally {
      await session.close()
    }
  }

  test('says where it runs and what it takes and gives', () =>
    use(counter(), {}, async (session) => {
      expect(session.engine).toBe(engine)
      expect(session.device).toBe(engine === 'onnxruntime-node' ? 'cpu' : 'wasm')
      expect(session.inputNames).toEqual(['state', 'by'])
      expect(session.outputNames).toEqual(['state.next', 'sum'])
    }))

  test('carries outputs to inputs of the next run', () =>
    use(counter(), { carry: { 'state.next': 'state' } }, async (session) => {
      expect(Object.keys(await session.run({ ...state(0, 10), ...by(1) }))).toEqual(['sum'])
      for (const [added, sum] of [
        [1, 14],
        [2, 18],
        [-1, 16],
      ]) {
        expect((await session.run(by(added))).sum.data[0]).toBe(sum)
      }
      expect(await session.readCarried()).toEqual({ state: floats([2], [3, 13]) })
    }))

  test('takes a later feed of a carried input in place of what was carried', () =>
    use(counter(), { carry: { 'state.next': 'state' } }, async (session) => {
      await session.run({ ...state(0, 0), ...by(1) })
      expect((await session.run({ ...state(5, 5), ...by(1) })).sum.data[0]).toBe(12)
    }))

  test('neither keeps nor changes feeds, and what it gives does not change later', () =>
    use(counter(), { carry: { 'state.next': 'state' } }, async (session) => {
      const feeds = { ...state(1, 2), ...by(1) }
      const first = await session.run(feeds)
      const read = await session.readCarried()
      feeds.state.data.fill(100)
      for (let k = 0; k < 3; k++) await session.run(by(1))
      expect(feeds.by.data[0]).toBe(1)
      expect(first.sum.data[0]).toBe(5)
      expect(read).toEqual({ state: floats([2], [2, 3]) })
      expect((await session.readCarried()).state.data).toEqual(Float32Array.of(5, 6))
    }))

  test('runs one at a time, in the order of the calls', () =>
    use(counter(), { carry: { 'state.next': 'state' } }, async (session) => {
      const runs = [session.run({ ...state(0, 0), ...by(1) }), session.run(by(1)), session.run(by(1))]
      expect((await Promise.all(runs)).map(({ sum }) => sum.data[0])).toEqual([2, 4, 6])
    }))

  test('takes batches of any size where the size is a symbol', async () => {
    const graph = new Graph()
    graph.output('y', op.Neg(graph.input('x', 'float32', ['batch', 2])))
    await use(graph, {}, async (session) => {
      for (const rows of [1, 3, 0]) {
        const { y } = await session.run({ x: floats([rows, 2]) })
        expect(y.dims).toEqual([rows, 2])
      }
    })
  })

  test('says what a run lacks, what it does not know, and what the engine refuses', () =>
    use(counter(), {}, async (session) => {
      await expect(session.run(by(1))).rejects.toThrow(
        'run a graph: expected feeds state, by, received no feed for state',
      )
      await expect(session.run({ ...by(1), other: floats([]) })).rejects.toThrow('received a feed other')
      await expect(session.run({ state: floats([3]), ...by(1) })).rejects.toMatchObject({
        code: 'engine-failed',
      })
      expect((await session.run({ ...state(1, 1), ...by(0) })).sum.data[0]).toBe(2)
    }))

  test('refuses to carry what is not there, and to run when closed', async () => {
    await expect(openGraph(counter(), { engine, carry: { nothing: 'state' } })).rejects.toThrow(
      'carry nothing to state',
    )
    const session = await openGraph(counter(), { engine })
    await session.close()
    await expect(session.run(by(1))).rejects.toThrow('use a session: expected an open session')
  })

  test('refuses bytes that are not a model of ours', async () => {
    await expect(openGraph(new Uint8Array(8), { engine })).rejects.toMatchObject({ code: 'bad-graph' })
  })

  test('gives the same bytes whatever the number of threads', async () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', [64, 96])
    graph.output('y', op.Softmax(op.Tanh(op.Gemm(x, x, undefined, { transB: true }))))
    const numbers = floats(
      [64, 96],
      Float32Array.from({ length: 64 * 96 }, (_, k) => Math.sin(k)),
    )
    const results: unknown[] = []
    for (const threads of [1, 2]) {
      await use(graph, { threads }, async (session) => {
        results.push((await session.run({ x: numbers })).y.data)
      })
    }
    expect(results[0]).toEqual(results[1])
  })
})

test('both engines open the bytes of a graph', async () => {
  const session = await openGraph(counter().toModel())
  expect((await session.run({ ...state(1, 2), ...by(3) })).sum.data[0]).toBe(9)
  await session.close()
})
