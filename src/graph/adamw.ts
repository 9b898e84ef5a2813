// AdamW as nodes: one step of Adam with decoupled weight decay for any number of parameters.
//
//   m' = β1·m + (1 - β1)·g        v' = β2·v + (1 - β2)·g²
//   w' = (1 - lr·decay)·w - lr · (m' / (1 - β1ᵗ)) / (√(v' / (1 - β2ᵗ)) + ε)
//
// The moments are kept scaled, M = m / (1 - β1) and V = v / (1 - β2), which saves a pass over each; what depends on
// the step number t is folded into three scalars that a run feeds (`adamwFeeds`), since the graph does not change:
//
//   M' = β1·M + g     V' = β2·V + g²     w' = keep·w - rate · M' / (√V' + epsilon)
//   rate = lr · (1 - β1) / (1 - β1ᵗ) · √((1 - β2ᵗ) / (1 - β2))     epsilon = ε · √((1 - β2ᵗ) / (1 - β2))
//
// Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2.

import { TongganError } from '../spec/errors.ts'
import { floats, type Tensor } from '../spec/tensor.ts'
import type { Graph, Value } from './graph.ts'
import { scalar } from './ops/operand.ts'
import * as op from './ops.ts'
import { formatShape, numericSize } from './shape.ts'

export interface AdamWOptions {
  /** Memory of the mean gradient, 0 … 1. Default 0.9. */
  beta1?: number
  /** Memory of the mean squared gradient, 0 … 1. Default 0.999. */
  beta2?: number
  /** Keeps the step finite where gradients vanish. Default 1e-8. */
  epsilon?: number
  /** Share of the learning rate by which weights shrink each step. Default 0.01. */
  weightDecay?: number
}

export interface TrainedParameter {
  /** An input of the graph. */
  readonly value: Value
  readonly gradient: Value
  /** False for biases, scales and temperatures. Default true. */
  readonly decay?: boolean
}

export interface AdamW {
  /** Output → input, for `OrtSessionOptions.carry`: parameters and their moments. */
  readonly carry: Record<string, string>
  /** Zero moments, to be fed with the first step. */
  moments(): Record<string, Tensor>
  /** The scalars of step `t`, counted from 1, to be fed with each step. */
  feeds(step: number, learningRate: number): Record<string, Tensor>
}

/**
 * Adds one AdamW step to `graph`: for each parameter NAME the inputs `NAME.m` and `NAME.v` and the outputs `NAME.next`,
 * `NAME.m.next` and `NAME.v.next`.
 *
 * @throws TongganError `shape-mismatch` for a parameter whose shape has a symbol
 */
export function adamw(
  graph: Graph,
  parameters: readonly TrainedParameter[],
  options: AdamWOptions = {},
): AdamW {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options
  const [rate, floor, keep] = ['adamw.rate', 'adamw.epsilon', 'adamw.keep'].map((name) =>
    graph.input(name, 'float32', []),
  )
  const memory1 = scalar(graph, beta1)
  const memory2 = scalar(graph, beta2)
  const carry: Record<string, string> = {}
  const zeros: Record<string, Tensor> = {}

  for (const { value, gradient, decay = true } of parameters) {
    if (numericSize(value.shape) === undefined) throw unknownSize(value)
    const [m, v] = [`${value.name}.m`, `${value.name}.v`].map((moment) =>
      graph.input(moment, 'float32', value.shape),
    )
    const nextM = op.Add(op.Mul(m, memory1), gradient)
    const nextV = op.Add(op.Mul(v, memory2), op.Mul(gradient, gradient))
    const step = op.Div(op.Mul(nextM, rate), op.Add(op.Sqrt(nextV), floor))
    const next = op.Sub(decay ? op.Mul(value, keep) : value, step)
    for (const [input, output] of [
      [value.name, next],
      [m.name, nextM],
      [v.name, nextV],
    ] as const) {
      graph.output(`${input}.next`, output)
      carry[`${input}.next`] = input
    }
    for (const moment of [m, v]) zeros[moment.name] = floats(value.shape as number[])
  }

  return {
    carry,
    moments: () => ({ ...zeros }),
    feeds(step, learningRate) {
      const growth = Math.sqrt((1 - beta2 ** step) / (1 - beta2))
      return {
        'adamw.rate': floats([], [(learningRate * (1 - beta1) * growth) / (1 - beta1 ** step)]),
        'adamw.epsilon': floats([], [epsilon * growth]),
        'adamw.keep': floats([], [1 - learningRate * weightDecay]),
      }
    },
  }
}

function unknownSize({ name, shape }: Value): TongganError {
  return new TongganError('shape-mismatch', {
    operation: `parameter ${name}`,
    expected: 'sizes that are numbers',
    received: formatShape(shape),
  })
}
