// A training step whose batch is larger than memory (GradCache; Gao et al., RepL4NLP 2021). The loss of a contrastive batch
// needs all embeddings, and little else; plain accumulation of gradients over small batches would lose the negatives
// between them. So:
//   1. embed the batch chunk by chunk and keep only the embeddings;
//   2. the loss over all of them, block by block, gives a gradient for every embedding: the cache (`pair-blocks.ts`);
//   3. embed each chunk again, now backwards from its cached gradients, and add up those of the parameters;
//   4. one AdamW step from the sum.
// The step is that of the whole batch, at the cost of embedding it twice. The structure term is not among what it can: it
// compares all slots of a sense with each other.

import { type AdamW, adamw } from '../../graph/adamw.ts'
import { gradients } from '../../graph/gradients.ts'
import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { openGraph } from '../../graph/session.ts'
import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'
import { type FloatTensor, floats, type Tensor } from '../../spec/tensor.ts'
import { asInputs, isOfTower, type Parameter } from '../project/parameters.ts'
import { buildTower } from '../project/tower.ts'
import type { Batch } from './batches.ts'
import { watchedOutput } from './non-finite.ts'
import { type OpenPairBlocks, openPairBlocks } from './pair-blocks.ts'
import { pairLosses, type SensePair } from './pair-losses.ts'
import type { Sense } from './sense.ts'
import { adamBeta2, squares, type TrainingGraphOptions, towerGraph } from './training-graph.ts'
import type { Learned, TrainingStep } from './training-step.ts'

interface Tower {
  readonly modality: string
  readonly inputDim: number
  readonly names: readonly string[]
  readonly forward: OrtSession
  readonly backward: OrtSession
}

export class CachedStep implements TrainingStep {
  readonly #towers: readonly Tower[]
  readonly #pairs: readonly SensePair[]
  readonly #blocks: OpenPairBlocks
  readonly #update: OrtSession
  readonly #optimiser: AdamW
  readonly #learning: readonly Parameter[]
  readonly #own: readonly string[]
  readonly #chunkSlots: number
  readonly #dim: number
  readonly #values: Record<string, FloatTensor>
  #state: Record<string, Tensor>

  private constructor(parts: {
    towers: readonly Tower[]
    blocks: OpenPairBlocks
    update: OrtSession
    optimiser: AdamW
    parameters: readonly Parameter[]
    own: readonly string[]
    chunkSlots: number
    dim: number
  }) {
    const { towers, parameters } = parts
    this.#towers = towers
    this.#pairs = towers.flatMap((_, a) => towers.slice(a + 1).map((_, k) => [a, a + 1 + k] as const))
    this.#blocks = parts.blocks
    this.#update = parts.update
    this.#optimiser = parts.optimiser
    this.#learning = parameters.filter(({ locked }) => !locked)
    this.#own = parts.own
    this.#chunkSlots = parts.chunkSlots
    this.#dim = parts.dim
    this.#values = Object.fromEntries(parameters.map(({ name, start }) => [name, start]))
    this.#state = {
      ...parts.optimiser.moments(),
      ...Object.fromEntries(this.#learning.map(({ name, start }) => [name, start])),
    }
  }

  /** @param chunkSlots slots whose activations are held at a time; a block of the loss holds at most their square */
  static async open(
    senses: readonly Pick<Sense, 'modality' | 'inputs'>[],
    parameters: readonly Parameter[],
    options: TrainingGraphOptions,
    chunkSlots: number,
    engine?: OrtSessionOptions,
  ): Promise<CachedStep> {
    const { shape, loss } = options
    const ownNames = pairLosses[loss].parameters({ logitScale: 1, logitBias: 0 }).map(({ name }) => name)
    const own = parameters.filter(({ name }) => ownNames.includes(name))
    const towers: Tower[] = []
    for (const { modality, inputs } of senses) {
      const used = parameters.filter(({ name }) => isOfTower(modality, name))
      towers.push({
        modality,
        inputDim: inputs.cols,
        names: used.map(({ name }) => name),
        forward: await openGraph(towerGraph(modality, inputs.cols, shape, used), engine),
        backward: await openGraph(backwardGraph(modality, inputs.cols, options, used), engine),
      })
    }
    const { graph, optimiser } = updateGraph(parameters, options)
    return new CachedStep({
      towers,
      blocks: await openPairBlocks(loss, own, shape.dim, engine),
      update: await openGraph(graph, { ...engine, carry: optimiser.carry }),
      optimiser,
      parameters,
      own: ownNames,
      chunkSlots,
      dim: shape.dim,
    })
  }

  async run(batch: Batch, step: number, rate: number): Promise<Record<string, Tensor>> {
    const { loss, gradients: sums } = await this.gradients(batch)
    const outputs = await this.#update.run({
      ...this.#state,
      ...Object.fromEntries(
        this.#learning.map(({ name, start }) => [`${name}.gradient`, floats(start.dims, sums[name])]),
      ),
      ...this.#optimiser.feeds(step, rate),
    })
    this.#state = {}
    const carried = (await this.#update.readCarried()) as Record<string, FloatTensor>
    for (const { name } of this.#learning) this.#values[name] = carried[name]
    return { loss: floats([], [loss]), [watchedOutput]: outputs[watchedOutput] }
  }

  /** The loss of a whole batch, and its gradient for every parameter that learns. */
  async gradients(batch: Batch): Promise<{ loss: number; gradients: Record<string, Float32Array> }> {
    const embeddings: Float32Array[] = []
    for (const [s, tower] of this.#towers.entries()) embeddings.push(await this.#embed(tower, batch, s))
    const cache = embeddings.map(({ length }) => new Float32Array(length))
    const sums = Object.fromEntries(
      this.#learning.map(({ name, start }) => [name, new Float32Array(start.data.length)]),
    )
    const own = Object.fromEntries(this.#own.map((name) => [name, this.#values[name]]))
    const blockRows = Math.max(1, Math.floor(this.#chunkSlots ** 2 / batch.slots))
    let loss = 0
    for (const pair of this.#pairs) {
      const share = 1 / this.#pairs.length
      const found = await this.#blocks.run(batch, pair, embeddings, own, blockRows)
      loss += share * found.loss
      addScaled(cache[pair[0]], found.dA, share)
      addScaled(cache[pair[1]], found.dB, share)
      for (const [k, name] of this.#own.entries()) sums[name][0] += share * found.own[k]
    }
    for (const [s, tower] of this.#towers.entries()) await this.#backward(tower, batch, s, cache[s], sums)
    return { loss, gradients: sums }
  }

  async read(): Promise<Learned> {
    return { ...this.#values }
  }

  async close(): Promise<void> {
    for (const { forward, backward } of this.#towers) {
      await forward.close()
      await backward.close()
    }
    await this.#blocks.close()
    await this.#update.close()
  }

  async #embed(tower: Tower, batch: Batch, s: number): Promise<Float32Array> {
    const embeddings = new Float32Array(batch.slots * this.#dim)
    for (const { from, feeds } of this.#chunks(tower, batch, s)) {
      const { embedding } = await tower.forward.run(feeds)
      embeddings.set(embedding.data as Float32Array, from * this.#dim)
    }
    return embeddings
  }

  async #backward(
    tower: Tower,
    batch: Batch,
    s: number,
    cache: Float32Array,
    sums: Record<string, Float32Array>,
  ): Promise<void> {
    for (const { from, to, feeds } of this.#chunks(tower, batch, s)) {
      const received = floats([to - from, this.#dim], cache.subarray(from * this.#dim, to * this.#dim))
      const outputs = await tower.backward.run({ ...feeds, received })
      for (const [name, { data }] of Object.entries(outputs)) {
        addScaled(sums[name.slice(0, -'.gradient'.length)], data as Float32Array, 1)
      }
    }
  }

  *#chunks({ inputDim, names }: Tower, { slots, senses }: Batch, s: number) {
    const parameters = Object.fromEntries(names.map((name) => [name, this.#values[name]]))
    for (let from = 0; from < slots; from += this.#chunkSlots) {
      const to = Math.min(slots, from + this.#chunkSlots)
      const x = floats([to - from, inputDim], senses[s].inputs.subarray(from * inputDim, to * inputDim))
      yield { from, to, feeds: { ...parameters, x } }
    }
  }
}

/** From what embeddings received to the gradients of the tower's parameters that learn. */
function backwardGraph(
  modality: string,
  inputDim: number,
  { shape }: TrainingGraphOptions,
  parameters: readonly Parameter[],
): Graph {
  const graph = new Graph({ name: `${modality}_backward` })
  const p = asInputs(graph, parameters)
  const embedding = buildTower(modality, graph.input('x', 'float32', ['batch', inputDim]), shape, p)
  const received = graph.input('received', 'float32', ['batch', shape.dim])
  const learning = parameters.filter(({ locked }) => !locked)
  const sent = gradients(
    op.ReduceSum(op.Mul(embedding, received), { keepdims: false }),
    learning.map(({ name }) => p[name]),
  )
  for (const [k, { name }] of learning.entries()) graph.output(`${name}.gradient`, sent[k])
  return graph
}

/** One AdamW step from gradients that are fed. */
function updateGraph(
  parameters: readonly Parameter[],
  { weightDecay }: TrainingGraphOptions,
): { graph: Graph; optimiser: AdamW } {
  const graph = new Graph({ name: 'update' })
  const learning = parameters.filter(({ locked }) => !locked)
  const p = asInputs(graph, learning)
  const trained = learning.map(({ name, start, decay }) => ({
    value: p[name],
    gradient: graph.input(`${name}.gradient`, 'float32', start.dims),
    decay,
  }))
  graph.output(
    watchedOutput,
    squares([...trained.map(({ value }) => value), ...trained.map(({ gradient }) => gradient)]),
  )
  return { graph, optimiser: adamw(graph, trained, { weightDecay, beta2: adamBeta2 }) }
}

function addScaled(sum: Float32Array, values: Float32Array, by: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] += by * values[k]
}
