// One step of fitting (forward, symmetric contrastive loss, backward, AdamW) against its own matrix products run
// alone: the same MatMul and Gemm nodes of the same shapes, and nothing else; and against the same step in PyTorch. Batches
// of 1,024 pairs. Wanted: the products are at least 75 % of a step of two plain 512→1024→256 towers and 70 % of one of the
// default architecture, and either step takes at most PyTorch's time (1 / 1.15 of it is the aim).
//
//   node --conditions=tonggan-source bench/fit-step.ts [onnxruntime-web]
//
// Seven runs of ten steps of each in turn, so that other work on the machine touches all alike; the ratio is the median of
// the seven ratios. Each waits until the threads of the one before have ceased to spin: taken step by step in turn, they
// cost a quarter of the speed. PyTorch runs on the processor alone, so it is left out for WebAssembly.

import { setTimeout } from 'node:timers/promises'
import { Graph, type Value } from '../src/graph/graph.ts'
import { openGraph } from '../src/graph/session.ts'
import { neededForOutputs } from '../src/graph/write-model.ts'
import { matrix } from '../src/math/matrix.ts'
import { Random } from '../src/math/random.ts'
import type { EngineName } from '../src/platform/ort.ts'
import { resolveFitOptions } from '../src/space/fit/fit-options.ts'
import { trainedShape } from '../src/space/fit/starting-parameters.ts'
import { projectionParameters, trunkParameters } from '../src/space/project/tower.ts'
import { pairLosses } from '../src/space/train/pair-losses.ts'
import { trainingGraph } from '../src/space/train/training-graph.ts'
import { type FloatTensor, floats, type Tensor } from '../src/spec/tensor.ts'
import { median } from './kit/measured.ts'
import { Peer } from './kit/peer.ts'
import { normalTensor, plainTowers, starts, type Workload } from './kit/plain-towers.ts'
import { markdownTable } from './kit/table.ts'

const batch = 1024
const engine = (process.argv[2] ?? 'onnxruntime-node') as EngineName
const runs = 7
const stepsARun = engine === 'onnxruntime-node' ? 10 : 2
const random = new Random(1)

const peer =
  engine === 'onnxruntime-node' ? Peer.open('fit_step.py', ['torch']) : { missing: 'not in WebAssembly' }
const { rank, hidden, trunkHidden, dim: defaultDim } = resolveFitOptions({})
const rows = [
  await compare('two 512→1024→256 towers', plainTowers(batch, random), 75, {
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

/** What `fitSpace` trains where nothing else is asked for: a linear map and a hidden layer per sense. */
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
    for (const which of [0, 1] as const) {
      await setTimeout(100)
      for (let step = 0; step < stepsARun; step++)
        sums[which] += (await runners[which].msOfStep()) / stepsARun
    }
    await setTimeout(100)
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

function normals(dims: readonly number[]): FloatTensor {
  return normalTensor(random, dims)
}
