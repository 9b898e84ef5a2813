// A graph as an ONNX model: only the nodes and constants that outputs need, in the order they were made (which is a
// topological one), with raw little-endian tensor data.

import { TongganError } from '../spec/errors.ts'
import type { Tensor } from '../spec/tensor.ts'
import type { Attribute, Graph, Node, Value } from './graph.ts'
import {
  attributeTypes,
  elementTypes,
  irVersion,
  modelFields,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  opsetVersion,
} from './onnx-format.ts'
import { type Message, writeMessage } from './protobuf.ts'

/** Protobuf refuses messages of 2 GiB and more; some room is left for all that is not data. */
const maxConstantBytes = 2 ** 31 - 2 ** 24

export function writeModel(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  if (graph.outputs.size === 0) {
    throw new TongganError('bad-graph', {
      operation: `write graph ${graph.name}`,
      expected: 'at least one output',
    })
  }
  const { nodes, values } = neededForOutputs(graph)
  const initializers = [...graph.initializers].filter(([value]) => values.has(value))
  const bytes = initializers.reduce((sum, [, { data }]) => sum + data.byteLength, 0)
  if (bytes > maxConstantBytes) {
    throw new TongganError('too-large', {
      operation: `write graph ${graph.name}`,
      expected: 'constants of less than 2 GiB',
      received: `${bytes} bytes`,
    })
  }
  const names = outputNames(graph)
  const nameOf = (value: Value | undefined) => (value ? (names.get(value) ?? value.name) : '')
  const copies = [...graph.outputs].filter(([name, value]) => nameOf(value) !== name)
  const model: OnnxModel = {
    ir_version: irVersion,
    producer_name: 'tonggan',
    graph: {
      node: [
        ...nodes.map((node) => onnxNode(node, nameOf)),
        ...copies.map(([name, value]) => identity(nameOf(value), name)),
      ],
      name: graph.name,
      initializer: initializers.map(([value, tensor]) => onnxTensor(nameOf(value), tensor)),
      input: graph.inputs.map((value) => onnxValue(value.name, value)),
      output: [...graph.outputs].map(([name, value]) => onnxValue(name, value)),
    },
    opset_import: [{ domain: '', version: opsetVersion }],
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  }
  return writeMessage(model as unknown as Message, modelFields)
}

/** The nodes, in order, and the values that the outputs depend on. */
export function neededForOutputs(graph: Graph): { nodes: Node[]; values: Set<Value> } {
  const values = new Set<Value>(graph.outputs.values())
  const needed = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => values.has(output))) return false
    for (const input of node.inputs) if (input) values.add(input)
    return true
  })
  return { nodes: needed.reverse(), values }
}

/** A node's output that the graph gives out takes that name; inputs, constants and second names need a copy. */
function outputNames(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>()
  for (const [name, value] of graph.outputs) {
    const made = !graph.inputs.includes(value) && !graph.initializers.has(value)
    if (made && !names.has(value)) names.set(value, name)
  }
  return names
}

function onnxNode(node: Node, nameOf: (value: Value | undefined) => string): OnnxNode {
  return {
    input: node.inputs.map(nameOf),
    output: node.outputs.map(nameOf),
    name: node.name,
    op_type: node.operator,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => onnxAttribute(name, attribute)),
  }
}

function identity(input: string, output: string): OnnxNode {
  return { input: [input], output: [output], name: `Identity_${output}`, op_type: 'Identity', attribute: [] }
}

function onnxAttribute(name: string, attribute: Attribute): OnnxAttribute {
  if ('int' in attribute) return { name, i: attribute.int, ints: [], type: attributeTypes.i }
  if ('float' in attribute) return { name, f: attribute.float, ints: [], type: attributeTypes.f }
  if ('string' in attribute) return { name, s: attribute.string, ints: [], type: attributeTypes.s }
  return { name, ints: attribute.ints, type: attributeTypes.ints }
}

function onnxTensor(name: string, { type, dims, data }: Tensor): OnnxTensor {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { dims, data_type: elementTypes[type], name, raw_data: raw }
}

function onnxValue(name: string, { type, shape }: Pick<Value, 'type' | 'shape'>): OnnxValue {
  const dim = shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }))
  return { name, type: { tensor_type: { elem_type: elementTypes[type], shape: { dim } } } }
}
