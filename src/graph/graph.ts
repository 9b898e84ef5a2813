// A graph under construction: inputs, constants, nodes named as ONNX names them, outputs. Functions in `ops/` add
// one node each, with the shapes that follow and the rule by which gradients flow back; `toModel` gives ONNX bytes.
// Nodes that no output needs are left out. Nothing is computed here.

import { TongganError } from '../spec/errors.ts'
import type { Tensor, TensorType } from '../spec/tensor.ts'
import type * as operators from './ops.ts'
import { formatShape, type Shape } from './shape.ts'
import { writeModel } from './write-model.ts'

export type { Dim } from './shape.ts'

/** One tensor of a graph, known by its type and shape until the graph runs. */
export interface Value {
  readonly graph: Graph
  readonly name: string
  readonly type: TensorType
  readonly shape: Shape
}

/** All functions of `ops.ts`. */
export type Operators = typeof operators

export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string }

/**
 * How gradients flow through a node: from those of its outputs to those of its inputs (vector-Jacobian product).
 * An entry is undefined where nothing flows (indices, conditions, steps). A gradient may have any shape that
 * broadcasts to its value's, so that sums and means need not be spread out before it matters. The rule is handed
 * the operators, since it stands beside its own operator and needs the others.
 */
export type GradientRule = (
  outputGradients: readonly Value[],
  op: Operators,
) => readonly (Value | undefined)[]

export interface Node {
  readonly operator: string
  readonly name: string
  /** Undefined: an optional input that is left out. */
  readonly inputs: readonly (Value | undefined)[]
  readonly outputs: readonly Value[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** Where a value comes from, as differentiation sees it: a node, or several taken as one by `withGradient`. */
export interface Origin {
  readonly operator: string
  readonly inputs: readonly (Value | undefined)[]
  readonly outputs: readonly Value[]
  readonly gradient?: GradientRule
}

export interface NodeDescription {
  inputs: readonly (Value | undefined)[]
  outputs: readonly { type: TensorType; shape: Shape }[]
  attributes?: Readonly<Record<string, Attribute>>
  gradient?: GradientRule
}

/**
 * @example
 * const graph = new Graph()
 * const x = graph.input('x', 'float32', ['batch', 3])
 * graph.output('y', op.Relu(op.Add(x, 1)))
 * const session = await openGraph(graph)
 */
export class Graph {
  readonly name: string
  readonly inputs: Value[] = []
  readonly initializers = new Map<Value, Tensor>()
  readonly nodes: Node[] = []
  readonly outputs = new Map<string, Value>()
  readonly #origins = new Map<Value, Origin>()
  readonly #names = new Set<string>()
  readonly #shared = new Map<string, Value>()

  constructor(options: { name?: string } = {}) {
    this.name = options.name ?? 'tonggan'
  }

  /** What a run must feed. A symbol in `shape` is one size for the whole graph. */
  input(name: string, type: TensorType, shape: Shape): Value {
    const value = this.#value(name, type, shape)
    this.inputs.push(value)
    return value
  }

  /** A tensor that the model carries (an initializer). Equal tensors of up to 16 numbers without a name are shared. */
  constant(tensor: Tensor, name?: string): Value {
    const key = name === undefined && tensor.data.length <= 16 ? contentKey(tensor) : undefined
    const shared = key && this.#shared.get(key)
    if (shared) return shared
    const value = this.#value(name ?? this.#freeName('constant'), tensor.type, tensor.dims)
    this.initializers.set(value, tensor)
    if (key) this.#shared.set(key, value)
    return value
  }

  /** Adds one node; called by the functions in `ops/`, not by users of a graph. */
  add(operator: string, description: NodeDescription): Value[] {
    const { inputs, attributes = {}, gradient } = description
    for (const input of inputs) {
      if (input && input.graph !== this) throw foreignValue(operator, input)
    }
    const name = this.#freeName(operator)
    const outputs = description.outputs.map(({ type, shape }, k) =>
      this.#value(k === 0 ? name : `${name}_${k}`, type, shape),
    )
    this.nodes.push({ operator, name, inputs, outputs, attributes })
    const origin = { operator, inputs, outputs, gradient }
    for (const output of outputs) this.#origins.set(output, origin)
    return outputs
  }

  /** What a run gives. One value may have several output names. */
  output(name: string, value: Value): void {
    if (value.graph !== this) throw foreignValue(`output ${name}`, value)
    if (this.outputs.has(name) || (this.#names.has(name) && value.name !== name)) throw takenName(name)
    this.outputs.set(name, value)
  }

  /** Where a value comes from; undefined for inputs and constants. */
  origin(value: Value): Origin | undefined {
    return this.#origins.get(value)
  }

  /** Makes differentiation see `value` as made from `inputs` by one step with this rule. */
  setOrigin(value: Value, origin: Omit<Origin, 'outputs'>): void {
    this.#origins.set(value, { ...origin, outputs: [value] })
  }

  /**
   * ONNX bytes of everything that the outputs need. All inputs are kept, needed or not.
   * @throws TongganError `bad-graph` without outputs, `too-large` beyond protobuf's 2 GiB
   */
  toModel(options: { metadata?: Readonly<Record<string, string>> } = {}): Uint8Array {
    return writeModel(this, options.metadata)
  }

  #value(name: string, type: TensorType, shape: Shape): Value {
    if (this.#names.has(name) || this.outputs.has(name)) throw takenName(name)
    for (const dim of shape) {
      if (typeof dim === 'number' && !(Number.isSafeInteger(dim) && dim >= 0)) {
        throw new TongganError('shape-mismatch', {
          operation: `shape of ${name}`,
          expected: 'whole sizes of 0 or more',
          received: formatShape(shape),
        })
      }
    }
    this.#names.add(name)
    return { graph: this, name, type, shape: [...shape] }
  }

  #freeName(stem: string): string {
    for (let number = this.nodes.length; ; number++) {
      const name = `${stem}_${number}`
      if (!this.#names.has(name) && !this.outputs.has(name)) return name
    }
  }
}

function contentKey({ type, dims, data }: Tensor): string {
  return `${type}[${dims}]${new Uint8Array(data.buffer, data.byteOffset, data.byteLength)}`
}

function takenName(name: string): TongganError {
  return new TongganError('bad-graph', {
    operation: `name ${name}`,
    expected: 'a name that is still free in the graph',
  })
}

function foreignValue(operation: string, value: Value): TongganError {
  return new TongganError('bad-graph', {
    operation,
    expected: 'values of its own graph',
    received: `${value.name} of graph ${value.graph.name}`,
  })
}
