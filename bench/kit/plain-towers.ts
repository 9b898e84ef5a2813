// The step that fitting is measured by: two plain 512→1024→256 towers, symmetric InfoNCE, AdamW. In Node it stands beside
// PyTorch, in the browser beside other libraries for the web.

import { adamw } from '../../src/graph/adamw.ts'
import { gradients } from '../../src/graph/gradients.ts'
import { Graph, type Value } from '../../src/graph/graph.ts'
import * as op from '../../src/graph/ops.ts'
import { quickGelu } from '../../src/graph/quick-gelu.ts'
import type { Random } from '../../src/math/random.ts'
import { multiPositiveInfoNce } from '../../src/space/losses/multi-positive-info-nce.ts'
import { type Parameter, parameter } from '../../src/space/project/parameters.ts'
import { type FloatTensor, floats, type Tensor } from '../../src/spec/tensor.ts'

/** A graph to run step after step. */
export interface Workload {
  readonly graph: Graph
  readonly carry: Record<string, string>
  /** Fed with the first step. */
  readonly state: Record<string, Tensor>
  feeds(step: number): Record<string, Tensor>
}

/** Two multilayer perceptrons with one hidden layer, each batch pairing row i with row i. */
export function plainTowers(batch: number, random: Random): Workload {
  const normals = (dims: readonly number[]) => normalTensor(random, dims)
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
    const y = op.Gemm(quickGelu(hidden), W2, b2)
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

/** What each parameter starts from, by its name. */
export function starts(parameters: readonly Parameter[]): Record<string, FloatTensor> {
  return Object.fromEntries(parameters.map(({ name, start }) => [name, start]))
}

export function normalTensor(random: Random, dims: readonly number[]): FloatTensor {
  return floats(dims, random.normals(dims.reduce((product, dim) => product * dim, 1)))
}

function identity(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0))
}
