// Writes a graph as an ONNX model: only the nodes and constants that outputs need, in the order they were made
// (which is a topological one), with raw little-endian tensor data.

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { TongganError } from '../spec/errors.ts'
import type { Tensor, TensorType } from '../spec/tensor.ts'
import type { Attribute, Graph, Node, Value } from './graph.ts'
import {
  attributeField,
  attributeTypes,
  dimField,
  elementTypes,
  graphField,
  irVersion,
  metadataField,
  modelField,
  nodeField,
  opsetField,
  opsetVersion,
  shapeField,
  tensorField,
  tensorTypeField,
  typeField,
  valueField,
} from './onnx-format.ts'
import type { Shape } from './shape.ts'

/** Protobuf refuses messages of 2 GiB and more. */
const maxModelBytes = 2 ** 31 - 1

export function writeModel(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  if (graph.outputs.size === 0) {
    throw new TongganError('bad-graph', {
      operation: `write graph ${graph.name}`,
      expected: 'at least one output',
    })
  }
  const { nodes, values } = reachable(graph)
  const initializers = [...graph.initializers].filter(([value]) => values.has(value))
  const bytes = initializers.reduce((sum, [, { data }]) => sum + data.byteLength, 0)
  if (bytes > maxModelBytes - 2 ** 20) {
    throw new TongganError('too-large', {
      operation: `write graph ${graph.name}`,
      expected: 'constants of less than 2 GiB',
      received: `${bytes} bytes`,
    })
  }
  const names = outputNames(graph)
  const nameOf = (value: Value | undefined) => (value ? (names.get(value) ?? value.name) : '')

  const writer = new BinaryWriter()
  writer.tag(modelField.irVersion, WireType.Varint).int64(irVersion)
  text(writer, modelField.producerName, 'tonggan')
  message(writer, modelField.graph, () => {
    for (const node of nodes) message(writer, graphField.node, () => writeNode(writer, node, nameOf))
    for (const [name, value] of graph.outputs) {
      if (nameOf(value) === name) continue
      message(writer, graphField.node, () => writeIdentity(writer, nameOf(value), name))
    }
    text(writer, graphField.name, graph.name)
    for (const [value, tensor] of initializers) {
      message(writer, graphField.initializer, () => writeTensor(writer, nameOf(value), tensor))
    }
    for (const { name, type, shape } of graph.inputs) writeValue(writer, graphField.input, name, type, shape)
    for (const [name, { type, shape }] of graph.outputs)
      writeValue(writer, graphField.output, name, type, shape)
  })
  message(writer, modelField.opsetImport, () => {
    text(writer, opsetField.domain, '')
    writer.tag(opsetField.version, WireType.Varint).int64(opsetVersion)
  })
  for (const [key, value] of Object.entries(metadata)) {
    message(writer, modelField.metadata, () => {
      text(writer, metadataField.key, key)
      text(writer, metadataField.value, value)
    })
  }
  return writer.finish()
}

/** The nodes and values that outputs depend on. */
function reachable(graph: Graph): { nodes: Node[]; values: Set<Value> } {
  const values = new Set<Value>(graph.outputs.values())
  const nodes = graph.nodes
    .toReversed()
    .filter((node) => {
      const needed = node.outputs.some((output) => values.has(output))
      if (needed) for (const input of node.inputs) if (input) values.add(input)
      return needed
    })
    .reverse()
  return { nodes, values }
}

/** A node's output that the graph gives out takes that name; inputs, constants and second names go through Identity. */
function outputNames(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>()
  for (const [name, value] of graph.outputs) {
    const fromNode = !graph.inputs.includes(value) && !graph.initializers.has(value)
    if (fromNode && !names.has(value)) names.set(value, name)
  }
  return names
}

function writeNode(writer: BinaryWriter, node: Node, nameOf: (value: Value | undefined) => string): void {
  for (const input of node.inputs) text(writer, nodeField.input, nameOf(input))
  for (const output of node.outputs) text(writer, nodeField.output, nameOf(output))
  text(writer, nodeField.name, node.name)
  text(writer, nodeField.operator, node.operator)
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, nodeField.attribute, () => writeAttribute(writer, name, attribute))
  }
}

function writeIdentity(writer: BinaryWriter, input: string, output: string): void {
  text(writer, nodeField.input, input)
  text(writer, nodeField.output, output)
  text(writer, nodeField.name, `Identity_${output}`)
  text(writer, nodeField.operator, 'Identity')
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  text(writer, attributeField.name, name)
  const type = (code: number) => writer.tag(attributeField.type, WireType.Varint).int32(code)
  if ('int' in attribute) {
    writer.tag(attributeField.int, WireType.Varint).int64(attribute.int)
    type(attributeTypes.int)
  } else if ('ints' in attribute) {
    for (const value of attribute.ints) writer.tag(attributeField.ints, WireType.Varint).int64(value)
    type(attributeTypes.ints)
  } else if ('float' in attribute) {
    writer.tag(attributeField.float, WireType.Bit32).float(attribute.float)
    type(attributeTypes.float)
  } else {
    text(writer, attributeField.string, attribute.string)
    type(attributeTypes.string)
  }
}

function writeTensor(writer: BinaryWriter, name: string, { type, dims, data }: Tensor): void {
  for (const dim of dims) writer.tag(tensorField.dims, WireType.Varint).int64(dim)
  writer.tag(tensorField.dataType, WireType.Varint).int32(elementTypes[type])
  text(writer, tensorField.name, name)
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  writer.tag(tensorField.rawData, WireType.LengthDelimited).bytes(raw)
}

function writeValue(writer: BinaryWriter, field: number, name: string, type: TensorType, shape: Shape): void {
  message(writer, field, () => {
    text(writer, valueField.name, name)
    message(writer, valueField.type, () =>
      message(writer, typeField.tensor, () => {
        writer.tag(tensorTypeField.elementType, WireType.Varint).int32(elementTypes[type])
        message(writer, tensorTypeField.shape, () => {
          for (const dim of shape) {
            message(writer, shapeField.dim, () => {
              if (typeof dim === 'number') writer.tag(dimField.value, WireType.Varint).int64(dim)
              else text(writer, dimField.symbol, dim)
            })
          }
        })
      }),
    )
  })
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  write()
  writer.join()
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value)
}
