// One step of fitting (forward, symmetric contrastive loss, backward, AdamW) against its own matrix products run
// alone: the same MatMul and Gemm nodes of the same shapes, and nothing else; and against the same step in PyTorch. Batches
// of 1,024 pairs. Wanted: the products are at least 75 % of a step of two plain 512→1024→256 towers and 70 % of one of the
// default architecture, and either step takes at most PyTorch's time (1 / 1.15 of it is the aim).
//
//   node --conditions=tonggan-source bench/fit-step.ts [onnxruntime-web]
//
// Seven runs of ten steps of each, step by step in turn, so that other work on the machine touches both alike; the
// ratio is the median of the seven ratios. PyTorch runs on the processor alone, so it is left out for WebAssembly.

import { adamw } from '../src/graph/adamw.ts'
import { gradients } from '../src/graph/gradients.ts'
import { Graph, type Value } from '../src/graph/graph.ts'
import * as op from '../src/graph/ops.ts'
import { openGraph } from '../src/graph/session.ts'
import { neededForOutputs } from '../src/graph/write-model.ts'
import { matrix } from '../src/math/matrix.ts'
import { Random } from '../src/math/random.ts'
import type { EngineName } from '../src/platform/ort.ts'
import { resolveFitOptions } from '../src/space/fit/fit-options.ts'
import { trainedShape } from '../src/space/fit/starting-parameters.ts'
import { multiPositiveInfoNce } from '../src/space/losses/multi-positive-info-nce.ts'
import { type Parameter, parameter } from '../src/space/project/parameters.ts'
import { projectionParameters, trunkParameters } from '../src/space/project/tower.ts'
import { pairLosses } from '../src/space/train/pair-losses.ts'
import { trainingGraph } from '../src/space/train/training-graph.ts'
import { type FloatTensor, floats, type Tensor } from '../src/spec/tensor.ts'
import { median } from './kit/measured.ts'
import { Peer } from './kit/peer.ts'
import { markdownTable } from './kit/table.ts'

const batch = 1024
const engine = (process.argv[2] ?? 'onnxruntime-node') as EngineName
const runs = 7
const stepsARun = engine === 'onnxruntime-node' ? 10 : 2
const random = new Random(1)

interface Workload {
  readonly graph: Graph
  readonly carry: Record<string, string>
  /** Fed with the first step. */
  readonly state: Record<string, Tensor>
  feeds(step: number): Record<string, Tensor>
}

const peer =
  engine === 'onnxruntime-node' ? Peer.open('fit_step.py', ['torch']) : { missing: 'not in WebAssembly' }
const { rank, hidden, trunkHidden, dim: defaultDim } = resolveFitOptions({})
const rows = [
  await compare('two 512→1024→256 towers', plainTowers(), 75, {
    kind: 'plain',
    shape: { inputs: 512 },
  }),
  await compare('the default architecture', defaultArchitecture(), 70, {
    kind: 'default',
    shape: { inputs: rank, hidden, trunk: trunkHidden, dim: defaultDim },
  }),
]
if (peer instanceof Peer) peer.close()
const torch = peer instanceof Peer ? `PyTorch ${peer.versions.torch}` : `PyTorch: ${peer.missing}`
console.log(`${engine}, batches of ${batch}, medians of ${runs} interleaved runs; ${torch}\n`)
console.log(
  markdownTable(
    ['step', 'ms', 'pairs/s', 'own matrix products', 'wanted', "× PyTorch's speed", 'wanted'],
    rows,
  ),
)

/** Two multilayer perceptrons with one hidden layer, each batch pairing row i with row i. */
function plainTowers(): Workload {
  const graph = new Graph()
  const parameters: Parameter[] = []
  const learned = (name: string, dims: number[]): Value => {
    parameters.push(
      parameter(
        name,
        dims,
        normals(dims).data.map((value) => value / 32),
      ),
    )
    return graph.input(name, 'float32', dims)
  }
  const values: Value[] = []
  const tower = (name: string): Value => {
    const x = graph.input(name, 'float32', ['batch', 512])
    const [W1, b1] = [learned(`${name}.W1`, [512, 1024]), learned(`${name}.b1`, [1024])]
    const [W2, b2] = [learned(`${name}.W2`, [1024, 256]), learned(`${name}.b2`, [256])]
    values.push(W1, b1, W2, b2)
    const hidden = op.Gemm(x, W1, b1)
    const y = op.Gemm(op.Mul(hidden, op.Sigmoid(op.Mul(hidden, 1.702))), W2, b2)
    return op.Div(y, op.Sqrt(op.Add(op.ReduceSumSquare(y, { axes: [1] }), 1e-12)))
  }
  const [a, b] = [tower('a'), tower('b')]
  const targets = graph.input('targets', 'float32', ['batch', 'batch'])
  const weightsA = graph.input('weightsA', 'float32', ['batch', 1])
  const weightsB = graph.input('weightsB', 'float32', [1, 'batch'])
  const scale = graph.constant(floats([], [20]))
  const loss = multiPositiveInfoNce({ a, b, scale, targets, weightsA, weightsB })
  graph.output('loss', loss)
  const steps = gradients(loss, values)
  const optimiser = adamw(
    graph,
    values.map((value, k) => ({ value, gradient: steps[k], decay: value.shape.length > 1 })),
  )
  const even = new Float32Array(batch).fill(1 / batch)
  const fixed = {
    a: normals([batch, 512]),
    b: normals([batch, 512]),
    targets: floats(
      [batch, batch],
      identity(batch).map((value) => value / batch),
    ),
    weightsA: floats([batch, 1], even),
    weightsB: floats([1, batch], even),
  }
  return {
    graph,
    carry: optimiser.carry,
    state: { ...starts(parameters), ...optimiser.moments() },
    feeds: (step) => ({ ...fixed, ...optimiser.feeds(step, 1e-3) }),
  }
}

/** What `fitSpace` trains where nothing else is asked for: linear map and hidden layer per sense, shared trunk. */
function defaultArchitecture(): Workload {
  const resolved = resolveFitOptions({})
  const { rank } = resolved
  const shape = trainedShape(resolved)
  const senses = [
    { modality: 'image', inputs: matrix(batch, rank) },
    { modality: 'audio', inputs: matrix(batch, rank) },
  ] as const
  const start = {
    W: matrix(
      rank,
      shape.dim,
      normals([rank, shape.dim]).data.map((value) => value / Math.sqrt(rank)),
    ),
    b: new Float32Array(shape.dim),
  }
  const parameters = [
    ...senses.flatMap(({ modality }) => projectionParameters(modality, shape, start, 1)),
    ...trunkParameters(['image', 'audio'], shape, 1),
    ...pairLosses[resolved.loss].parameters(resolved),
  ]
  const { graph, optimiser, feeds } = trainingGraph(senses, parameters, true, { ...resolved, shape })
  const numbers = Int32Array.from({ length: batch }, (_, slot) => slot)
  const fixed = feeds({
    slots: batch,
    meanings: numbers,
    senses: senses.map(() => ({
      inputs: normals([batch, rank]).data,
      present: new Float32Array(batch).fill(1),
      contents: numbers,
    })),
  })
  return {
    graph,
    carry: optimiser.carry,
    state: { ...starts(parameters), ...optimiser.moments() },
    feeds: (step) => ({ ...fixed, ...optimiser.feeds(step, 1e-3) }),
  }
}

/**
 * The matrix products of a graph, each on inputs of its own. Results are carried to inputs that nothing reads, since
 * that is how a session keeps them without a copy.
 */
function productsOf(source: Graph): Workload {
  const graph = new Graph()
  const carry: Record<string, string> = {}
  const state: Record<string, Tensor> = {}
  const fixed: Record<string, Tensor> = {}
  const sized = (shape: Value['shape']) => shape.map((dim) => (typeof dim === 'number' ? dim : batch))
  const products = neededForOutputs(source).nodes.filter(({ operator }) =>
    ['MatMul', 'Gemm'].includes(operator),
  )
  for (const { name, operator, inputs, outputs, attributes } of products) {
    const operands = inputs.map((input, k) => {
      const dims = sized(input!.shape)
      fixed[`${name}.${k}`] = normals(dims)
      return graph.input(`${name}.${k}`, 'float32', dims)
    })
    const dims = sized(outputs[0].shape)
    const [product] = graph.add(operator, {
      inputs: operands,
      outputs: [{ type: 'float32', shape: dims }],
      attributes,
    })
    graph.output(`${name}.product`, product)
    graph.input(`${name}.before`, 'float32', dims)
    carry[`${name}.product`] = `${name}.before`
    state[`${name}.before`] = floats(dims)
  }
  return { graph, carry, state, feeds: () => fixed }
}

async function compare(
  name: string,
  step: Workload,
  wantedPercent: number,
  same: Record<string, unknown>,
): Promise<string[]> {
  const products = productsOf(step.graph)
  const runners = await Promise.all(
    [step, products].map(async (workload) => {
      const session = await openGraph(workload.graph, { engine, carry: workload.carry })
      let taken = 1
      let last = await session.run({ ...workload.state, ...workload.feeds(1) })
      return {
        async msOfStep() {
          const start = performance.now()
          last = await session.run(workload.feeds(++taken))
          return performance.now() - start
        },
        last: () => last,
        close: () => session.close(),
      }
    }),
  )
  if (peer instanceof Peer) await peer.ask({ ...same, batch })
  const times: [own: number, products: number, peer: number][] = []
  for (let run = 0; run < runs; run++) {
    const sums: [number, number, number] = [0, 0, 0]
    for (let step = 0; step < stepsARun; step++) {
      for (const which of [0, 1] as const) sums[which] += (await runners[which].msOfStep()) / stepsARun
    }
    if (peer instanceof Peer) sums[2] = (await peer.ask<{ ms: number }>({ steps: stepsARun })).ms
    times.push(sums)
  }
  const loss = runners[0].last().loss.data[0] as number
  if (!(loss >= 0 && loss < 1))
    throw new Error(`${name}: the loss is ${loss}, so this did not learn what it timed`)
  for (const runner of runners) await runner.close()

  const stepMs = median(times.map(([own]) => own))
  const share = median(times.map(([own, alone]) => (100 * alone) / own))
  const beside = peer instanceof Peer ? median(times.map(([own, , its]) => its / own)).toFixed(2) : '–'
  const pairs = Math.round((1000 * batch) / stepMs)
  return [
    name,
    stepMs.toFixed(1),
    String(pairs),
    `${share.toFixed(0)} %`,
    `≥ ${wantedPercent} %`,
    beside,
    '≥ 1.00',
  ]
}

function starts(parameters: readonly Parameter[]): Record<string, FloatTensor> {
  return Object.fromEntries(parameters.map(({ name, start }) => [name, start]))
}

function normals(dims: readonly number[]): FloatTensor {
  return floats(dims, random.normals(dims.reduce((product, dim) => product * dim, 1)))
}

function identity(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0))
}
