import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TongganError } from '../spec/errors.ts'
import { floats } from '../spec/tensor.ts'
import { Graph } from './graph.ts'
import { modelFields } from './onnx-format.ts'
import * as op from './ops.ts'
import { type Field, type Fields, type Message, readMessage, writeMessage } from './protobuf.ts'
import { allowedOperators, checkModel } from './read-model.ts'
import { openGraph } from './session.ts'

function sample(): Uint8Array {
  const graph = new Graph({ name: 'sample' })
  const x = graph.input('features', 'float32', ['batch', 3])
  const weights = graph.constant(floats([3, 2], [1, 2, 3, 4, 5, 6]), 'weights')
  graph.output('embedding', op.Softmax(op.Gemm(x, weights, undefined, { alpha: 0.5 })))
  return graph.toModel({ metadata: { space: 'emoji' } })
}

/** The sample with the fields changed that `change` gives, and any others that `extra` lists. */
function altered(change: (model: never) => object, extra: Fields = modelFields): Uint8Array {
  return writeMessage(change(readMessage(sample(), modelFields, 'model') as never) as Message, extra)
}

/** modelFields with one more field in the message at the end of `path`. */
function withField(
  path: readonly string[],
  number: number,
  field: Field,
  fields: Fields = modelFields,
): Fields {
  const [name, ...rest] = path
  if (name === undefined) return { ...fields, [number]: field }
  const entries = Object.entries(fields).map(([key, value]) =>
    value.name === name
      ? [key, { ...value, kind: withField(rest, number, field, value.kind as Fields) }]
      : [key, value],
  )
  return Object.fromEntries(entries)
}

interface Model {
  graph: { node: object[]; initializer: object[]; input: object[]; output: object[] }
  opset_import: object[]
}

const changeGraph = (change: (graph: Model['graph']) => object) => (model: Model) => ({
  ...model,
  graph: { ...model.graph, ...change(model.graph) },
})

describe('checkModel', () => {
  test('gives what is in a model of ours', () => {
    expect(checkModel(sample())).toEqual({
      inputs: { features: { type: 'float32', shape: ['batch', 3] } },
      outputs: { embedding: { type: 'float32', shape: ['batch', 2] } },
      operators: ['Gemm', 'Softmax'],
      constantBytes: 24,
      metadata: { space: 'emoji' },
    })
  })

  test('compares inputs and outputs, where a symbol stands for any open size', () => {
    const expected = (shape: (number | string)[]) => ({
      inputs: { features: { type: 'float32' as const, shape } },
    })
    expect(checkModel(sample(), expected(['n', 3])).operators).toEqual(['Gemm', 'Softmax'])
    expect(() => checkModel(sample(), expected(['n', 4]))).toThrow(
      'received inputs features float32 [batch, 3] instead of features float32 [n, 4]',
    )
    expect(() => checkModel(sample(), expected([8, 3]))).toThrow('instead of')
    expect(() => checkModel(sample(), { outputs: {} })).toThrow(
      'received outputs embedding float32 [batch, 2] instead of ',
    )
  })

  test('allows exactly the operators that the builder has', () => {
    expect([...allowedOperators].filter((name) => !/^[A-Z][A-Za-z0-9]+$/.test(name))).toEqual([])
    expect(allowedOperators.has('MatMul')).toBe(true)
    for (const foreign of ['Loop', 'If', 'Scan', 'Constant', 'com.microsoft.Gelu']) {
      expect(allowedOperators.has(foreign)).toBe(false)
    }
  })

  const text = { kind: 'text' } as const
  test.each<[string, Uint8Array, string]>([
    [
      'external data of a constant',
      altered(
        changeGraph(({ initializer }) => ({
          initializer: initializer.map((tensor) => ({ ...tensor, data_location: 1 })),
        })),
        withField(['graph', 'initializer'], 14, { name: 'data_location', kind: 'int' }),
      ),
      'model.graph.initializer with field 14',
    ],
    [
      'where external data are',
      altered(
        changeGraph(({ initializer }) => ({
          initializer: initializer.map((tensor) => ({ ...tensor, external_data: 'x' })),
        })),
        withField(['graph', 'initializer'], 13, { name: 'external_data', ...text }),
      ),
      'model.graph.initializer with field 13',
    ],
    [
      'a function',
      altered(
        (model: Model) => ({ ...model, functions: '' }),
        withField([], 25, { name: 'functions', ...text }),
      ),
      'model with field 25',
    ],
    [
      'a subgraph',
      altered(
        changeGraph(({ node }) => ({
          node: node.map((each) => ({ ...each, attribute: [{ name: 'body', type: 5, g: '' }] })),
        })),
        withField(['graph', 'node', 'attribute'], 6, { name: 'g', ...text }),
      ),
      'model.graph.node.attribute with field 6',
    ],
    [
      'a sparse constant',
      altered(
        changeGraph(() => ({ sparse: '' })),
        withField(['graph'], 15, { name: 'sparse', ...text }),
      ),
      'model.graph with field 15',
    ],
    [
      'a loop',
      altered(changeGraph(({ node }) => ({ node: [{ ...node[0], op_type: 'Loop' }] }))),
      'operator Loop',
    ],
    [
      'a foreign domain',
      altered(changeGraph(({ node }) => ({ node: [{ ...node[0], domain: 'com.microsoft' }] }))),
      'operator Gemm of domain com.microsoft',
    ],
    [
      'a foreign operator set',
      altered((model: Model) => ({
        ...model,
        opset_import: [...model.opset_import, { domain: 'ai.onnx.ml', version: 1 }],
      })),
      'operator sets',
    ],
    [
      'another operator set version',
      altered((model: Model) => ({ ...model, opset_import: [{ domain: '', version: 7 }] })),
      'operator sets [{"domain":"","version":7}]',
    ],
    [
      'a constant with too little data',
      altered(changeGraph(({ initializer }) => ({ initializer: [{ ...initializer[0], dims: [3, 3] }] }))),
      'constant weights of float32 [3, 3] with 24 bytes',
    ],
    [
      'a constant of negative sizes',
      altered(changeGraph(({ initializer }) => ({ initializer: [{ ...initializer[0], dims: [-3, -2] }] }))),
      'constant weights of float32 [-3, -2]',
    ],
    [
      'a constant of text',
      altered(changeGraph(({ initializer }) => ({ initializer: [{ ...initializer[0], data_type: 8 }] }))),
      'element type 8',
    ],
    [
      'an input that nothing makes',
      altered(changeGraph(({ node }) => ({ node: node.toReversed() }))),
      'which nothing before it makes',
    ],
    [
      'an output that nothing makes',
      altered(changeGraph(() => ({ node: [] }))),
      'output embedding, which nothing makes',
    ],
    [
      'two values of one name',
      altered(changeGraph(({ input }) => ({ input: [...input, ...input] }))),
      'two values of name "features"',
    ],
    ['no outputs', altered(changeGraph(() => ({ output: [] }))), 'no outputs'],
    ['two graphs, which a lenient reader would merge', Uint8Array.of(...sample(), ...sample()), 'twice'],
    ['nothing', new Uint8Array(), 'IR version undefined'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'received'],
  ])('refuses %s', (_, bytes, reason) => {
    const refusal = thrown(() => checkModel(bytes))
    expect(refusal.code).toBe('bad-graph')
    expect(refusal.message).toContain(reason)
  })

  test('refuses malformed bytes with a TongganError, whatever they are', () => {
    const model = sample()
    const position = fc.integer({ min: 0, max: model.length - 1 })
    const truncated = position.map((end) => model.subarray(0, end))
    const flipped = fc.array(fc.tuple(position, fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    const damaged = flipped.map((flips) => {
      const bytes = model.slice()
      for (const [at, mask] of flips) bytes[at] ^= mask
      return bytes
    })
    const spliced = fc
      .tuple(position, fc.uint8Array({ maxLength: 12 }))
      .map(([at, middle]) => Uint8Array.of(...model.subarray(0, at), ...middle, ...model.subarray(at)))
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), truncated, damaged, spliced)
    let refused = 0
    fc.assert(
      fc.property(bytes, (each) => {
        try {
          checkModel(each)
        } catch (error) {
          refused++
          return error instanceof TongganError && error.code === 'bad-graph'
        }
      }),
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(1000)
  })

  test('what it lets pass never crashes the engine', async () => {
    const model = sample()
    const flip = fc.tuple(fc.integer({ min: 0, max: model.length - 1 }), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(flip, async ([at, mask]) => {
        const bytes = model.with(at, model[at] ^ mask)
        const session = await openGraph(bytes).catch((error) => error as TongganError)
        if (session instanceof Error) expect(['bad-graph', 'engine-failed']).toContain(session.code)
        else await session.close()
      }),
      { numRuns: 200 },
    )
  })
})

function thrown(task: () => unknown): TongganError {
  try {
    task()
  } catch (error) {
    if (error instanceof TongganError) return error
  }
  throw new Error('expected a TongganError')
}
