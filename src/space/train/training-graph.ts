// The whole training step as one graph: towers forward, the contrastive loss over every pair of senses, gradients
// backward, AdamW. Parameters and their moments are carried from step to step inside the engine; a batch, its
// targets and the scalars of the step are fed.

import { type AdamW, adamw } from '../../graph/adamw.ts'
import { gradients } from '../../graph/gradients.ts'
import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats, type Tensor } from '../../spec/tensor.ts'
import { maxLogitScale, multiPositiveInfoNce } from '../losses/multi-positive-info-nce.ts'
import { asInputs, type Parameter, type ParameterValues } from '../project/parameters.ts'
import { buildTower, type TowerShape } from '../project/tower.ts'
import type { Batch } from './batches.ts'
import { watchedOutputs } from './non-finite.ts'
import { pairTargets } from './positives.ts'
import type { Sense } from './sense.ts'

export interface TrainingGraph {
  readonly graph: Graph
  readonly optimiser: AdamW
  /** What to feed for one batch, besides the optimiser's scalars. */
  feeds(batch: Batch): Record<string, Tensor>
}

export interface TrainingGraphOptions {
  shape: TowerShape
  weightDecay: number
}

export function trainingGraph(
  senses: readonly Pick<Sense, 'modality' | 'inputs'>[],
  parameters: readonly Parameter[],
  complete: boolean,
  { shape, weightDecay }: TrainingGraphOptions,
): TrainingGraph {
  const graph = new Graph({ name: 'training_step' })
  const p = asInputs(graph, parameters)
  const scale = op.Exp(p[logScaleName])
  const embeddings = senses.map(({ modality, inputs }, s) =>
    buildTower(modality, graph.input(`x${s}`, 'float32', ['slots', inputs.cols]), shape, p),
  )
  const pairs = senses.flatMap((_, a) => senses.slice(a + 1).map((_, k) => [a, a + 1 + k] as const))
  const present = complete ? [] : senses.map((_, s) => graph.input(`present${s}`, 'float32', ['slots', 1]))
  const losses = pairs.map(([a, b]) => pairLoss(graph, embeddings, present, scale, a, b))
  const loss = op.Mul(
    losses.reduce((sum, each) => op.Add(sum, each)),
    1 / pairs.length,
  )
  graph.output('loss', loss)
  const wrt = parameters.map(({ name }) => p[name])
  const slopes = gradients(loss, wrt)
  graph.output(watchedOutputs.parameters, squares(wrt))
  graph.output(watchedOutputs.gradients, squares(slopes))
  const optimiser = adamw(
    graph,
    slopes.map((gradient, k) => ({ value: wrt[k], gradient, decay: parameters[k].decay })),
    { weightDecay, beta2: 0.99 },
  )
  return {
    graph,
    optimiser,
    feeds: (batch) => batchFeeds(batch, senses, pairs, complete),
  }
}

export const logScaleName = 'log_scale'

/** Sum of squares of each value, `[values]`: not finite where one of its numbers is not. */
function squares(values: readonly Value[]): Value {
  const sums = values.map((value) => op.ReduceSumSquare(value, { keepdims: false }))
  return op.Concat(
    sums.map((sum) => op.Unsqueeze(sum, { axes: [0] })),
    { axis: 0 },
  )
}

function pairLoss(
  graph: Graph,
  embeddings: Value[],
  present: Value[],
  scale: Value,
  a: number,
  b: number,
): Value {
  return multiPositiveInfoNce({
    a: embeddings[a],
    b: embeddings[b],
    scale: op.Min(scale, maxLogitScale),
    targets: graph.input(`targets${a}_${b}`, 'float32', ['slots', 'slots']),
    weightsA: graph.input(`weights${a}_${b}`, 'float32', ['slots', 1]),
    weightsB: graph.input(`weights${b}_${a}`, 'float32', [1, 'slots']),
    ...(present.length > 0 && {
      presentA: present[a],
      presentB: op.Transpose(present[b], { perm: [1, 0] }),
    }),
  })
}

function batchFeeds(
  batch: Batch,
  senses: readonly Pick<Sense, 'inputs'>[],
  pairs: readonly (readonly [number, number])[],
  complete: boolean,
): Record<string, Tensor> {
  const { slots } = batch
  const feeds: Record<string, Tensor> = {}
  batch.senses.forEach(({ inputs, present }, s) => {
    feeds[`x${s}`] = floats([slots, senses[s].inputs.cols], inputs)
    if (!complete) feeds[`present${s}`] = floats([slots, 1], present)
  })
  for (const [a, b] of pairs) {
    const { targets, queryWeights } = pairTargets(batch, batch.senses[a], batch.senses[b])
    feeds[`targets${a}_${b}`] = floats([slots, slots], targets)
    feeds[`weights${a}_${b}`] = floats([slots, 1], queryWeights[0])
    feeds[`weights${b}_${a}`] = floats([1, slots], queryWeights[1])
  }
  return feeds
}

/** Tower graphs with parameters as inputs: what validation embeds with while training goes on. */
export function towerGraph(
  modality: string,
  inputDim: number,
  shape: TowerShape,
  parameters: readonly Parameter[],
): Graph {
  const graph = new Graph({ name: `${modality}_tower` })
  const p: ParameterValues = asInputs(graph, parameters)
  graph.output('embedding', buildTower(modality, graph.input('x', 'float32', ['batch', inputDim]), shape, p))
  return graph
}
