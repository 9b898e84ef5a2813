// The contrastive losses of one pair of senses over a whole batch, worked out a block of rows at a time, so that no more
// than a block of [slots, slots] numbers is ever held: the loss, and its gradient for every embedding and learned number
// of its own, equal to those of the one graph that holds all (`pairLosses`).
//
// The sigmoid loss is a sum over pairs, so blocks are summed. InfoNCE needs two passes: the first sums exp over
// rows and columns, the second has them as numbers and gives dS = E∘(w_i/row sum + w_j/col sum)/2 − targets.

import { gradients, stopGradient } from '../../graph/gradients.ts'
import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { openGraph } from '../../graph/session.ts'
import type { OrtSessionOptions } from '../../platform/ort.ts'
import { type FloatTensor, floats, type Tensor } from '../../spec/tensor.ts'
import { maxLogitScale } from '../losses/multi-positive-info-nce.ts'
import { sigmoidLoss } from '../losses/sigmoid-loss.ts'
import { asInputs, type Parameter } from '../project/parameters.ts'
import type { Batch } from './batches.ts'
import type { LossName, SensePair } from './pair-losses.ts'
import { PairPositives, PairTargets } from './positives.ts'

export interface PairGradients {
  readonly loss: number
  /** `[slots, dim]`. */
  readonly dA: Float32Array
  readonly dB: Float32Array
  /** Of the loss's own numbers, in the order of its parameters. */
  readonly own: Float32Array
}

/** From embeddings `[slots, dim]` of a pair of senses to the loss and its gradients, `blockRows` rows of a at a time. */
export type PairBlocks = (
  batch: Batch,
  pair: SensePair,
  embeddings: readonly Float32Array[],
  own: Readonly<Record<string, FloatTensor>>,
  blockRows: number,
) => Promise<PairGradients>

export interface OpenPairBlocks {
  readonly run: PairBlocks
  close(): Promise<void>
}

export async function openPairBlocks(
  loss: LossName,
  parameters: readonly Parameter[],
  dim: number,
  engine?: OrtSessionOptions,
): Promise<OpenPairBlocks> {
  const names = parameters.map(({ name }) => name)
  const session = await openGraph(blockGraph(loss, parameters, dim), engine)
  const sums = loss === 'info-nce' ? await openGraph(sumsGraph(parameters, dim), engine) : undefined
  return {
    async run(batch, [a, b], embeddings, own, blockRows) {
      const { slots } = batch
      const [A, B] = [batch.senses[a], batch.senses[b]]
      const rowsOf = (data: Float32Array, from: number, to: number) =>
        floats(
          [to - from, data.length / slots],
          data.subarray(from * (data.length / slots), to * (data.length / slots)),
        )
      const sides = (from: number, to: number) => ({
        ...own,
        a: rowsOf(embeddings[a], from, to),
        b: rowsOf(embeddings[b], 0, slots),
        presentA: rowsOf(A.present, from, to),
        presentB: floats([1, slots], B.present),
      })
      const blocks = Array.from({ length: Math.ceil(slots / blockRows) }, (_, k) => ({
        from: k * blockRows,
        to: Math.min(slots, (k + 1) * blockRows),
      }))
      let total = 0
      let feedsOf: (from: number, to: number) => Record<string, Tensor>
      if (sums) {
        const targets = new PairTargets(batch, A, B)
        const [weightsA, weightsB] = targets.queryWeights
        const rowSums = new Float32Array(slots)
        const colSums = new Float32Array(slots)
        for (const { from, to } of blocks) {
          const out = await sums.run({
            ...sides(from, to),
            targets: floats([to - from, slots], targets.rows(from, to)),
          })
          rowSums.set(out.rowSums.data as Float32Array, from)
          addTo(colSums, out.colSums.data as Float32Array)
          total -= out.agreement.data[0] as number
        }
        const shares = (weights: Float32Array, of: Float32Array) =>
          weights.map((weight, slot) => (0.5 * weight) / (of[slot] + tiny))
        const [sharesA, sharesB] = [shares(weightsA, rowSums), shares(weightsB, colSums)]
        for (let slot = 0; slot < slots; slot++) {
          total += 0.5 * weightsA[slot] * Math.log(rowSums[slot] + tiny)
          total += 0.5 * weightsB[slot] * Math.log(colSums[slot] + tiny)
        }
        feedsOf = (from, to) => ({
          targets: floats([to - from, slots], targets.rows(from, to)),
          sharesA: rowsOf(sharesA, from, to),
          sharesB: floats([1, slots], sharesB),
        })
      } else {
        const positives = new PairPositives(batch, A, B)
        const share = floats([], [1 / Math.max(1, positives.both)])
        feedsOf = (from, to) => ({
          positives: floats([to - from, slots], Float32Array.from(positives.rows(from, to))),
          share,
        })
      }
      const dA = new Float32Array(slots * dim)
      const dB = new Float32Array(slots * dim)
      const dOwn = new Float32Array(names.length)
      for (const { from, to } of blocks) {
        const out = await session.run({ ...sides(from, to), ...feedsOf(from, to) })
        if (!sums) total += out.loss.data[0] as number
        dA.set(out.dA.data as Float32Array, from * dim)
        addTo(dB, out.dB.data as Float32Array)
        addTo(
          dOwn,
          names.map((name) => out[`d_${name}`].data[0] as number),
        )
      }
      return { loss: total, dA, dB, own: dOwn }
    },
    async close() {
      await session.close()
      await sums?.close()
    },
  }
}

interface Sides {
  readonly a: Value
  readonly b: Value
  readonly presentA: Value
  readonly presentB: Value
}

function sidesOf(graph: Graph, dim: number): Sides {
  return {
    a: graph.input('a', 'float32', ['rows', dim]),
    b: graph.input('b', 'float32', ['slots', dim]),
    presentA: graph.input('presentA', 'float32', ['rows', 1]),
    presentB: graph.input('presentB', 'float32', [1, 'slots']),
  }
}

/** S `[rows, slots]`, and exp of it where both are present. */
function logitsAndExp({ a, b, presentA, presentB }: Sides, logScale: Value): [Value, Value] {
  const scale = op.Min(op.Exp(logScale), maxLogitScale)
  const S = op.Gemm(op.Mul(a, scale), b, undefined, { transB: true })
  return [S, op.Mul(op.Exp(S), op.Mul(presentA, presentB))]
}

/** Sums of exp over a block, and how far its targets agree with it. */
function sumsGraph(parameters: readonly Parameter[], dim: number): Graph {
  const graph = new Graph({ name: 'block_sums' })
  const p = asInputs(graph, parameters)
  const [S, E] = logitsAndExp(sidesOf(graph, dim), p.log_scale)
  const targets = graph.input('targets', 'float32', ['rows', 'slots'])
  graph.output('rowSums', op.ReduceSum(E, { axes: [1], keepdims: true }))
  graph.output('colSums', op.ReduceSum(E, { axes: [0], keepdims: true }))
  graph.output('agreement', op.ReduceSum(op.Mul(targets, S), { keepdims: false }))
  return graph
}

/** A value whose gradients are the block's share of the loss's. */
function blockGraph(loss: LossName, parameters: readonly Parameter[], dim: number): Graph {
  const graph = new Graph({ name: 'block_gradients' })
  const p = asInputs(graph, parameters)
  const sides = sidesOf(graph, dim)
  const matrix = (name: string) => graph.input(name, 'float32', ['rows', 'slots'])
  let value: Value
  if (loss === 'info-nce') {
    const [S, E] = logitsAndExp(sides, p.log_scale)
    const shares = op.Add(
      graph.input('sharesA', 'float32', ['rows', 1]),
      graph.input('sharesB', 'float32', [1, 'slots']),
    )
    const dS = stopGradient(op.Sub(op.Mul(E, shares), matrix('targets')))
    value = op.ReduceSum(op.Mul(dS, S), { keepdims: false })
  } else {
    const scale = op.Exp(p.log_scale)
    const share = graph.input('share', 'float32', [])
    value = sigmoidLoss({ ...sides, scale, bias: p.logit_bias, positives: matrix('positives'), share })
  }
  const wrt = [sides.a, sides.b, ...parameters.map(({ name }) => p[name])]
  const [dA, dB, ...own] = gradients(value, wrt)
  graph.output('loss', value)
  graph.output('dA', dA)
  graph.output('dB', dB)
  for (const [k, { name }] of parameters.entries()) graph.output(`d_${name}`, own[k])
  return graph
}

function addTo(sum: Float32Array, values: ArrayLike<number>): void {
  for (let k = 0; k < sum.length; k++) sum[k] += values[k]
}

const tiny = 1e-37
