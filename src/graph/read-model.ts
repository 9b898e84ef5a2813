// The strict reader: whether an ONNX model that comes from a file is one that our builder could have written. What
// ONNX Runtime would follow elsewhere is refused before a session is made: external data (it was seen reading files
// of the working directory), functions, subgraphs and loops, sparse tensors, foreign operators. Fields that
// `onnx-format.ts` does not list are refused too, so that nothing passes unseen.

import { TongganError } from '../spec/errors.ts'
import type { TensorType } from '../spec/tensor.ts'
import {
  attributeTypes,
  elementTypes,
  irVersion,
  modelFields,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  opsetVersion,
} from './onnx-format.ts'
import * as operators from './ops.ts'
import { readMessage } from './protobuf.ts'
import { formatShape, type Shape } from './shape.ts'

export interface TensorDescription {
  readonly type: TensorType
  /** A size that the model leaves open is a symbol. */
  readonly shape: Shape
}

export type TensorDescriptions = Readonly<Record<string, TensorDescription>>

export interface ModelSummary {
  readonly inputs: TensorDescriptions
  readonly outputs: TensorDescriptions
  /** Each operator once, in alphabetical order. */
  readonly operators: readonly string[]
  /** Bytes of all constants. */
  readonly constantBytes: number
  readonly metadata: Readonly<Record<string, string>>
}

/** The operators that a model may use: all that `ops.ts` builds. */
export const allowedOperators: ReadonlySet<string> = new Set(Object.keys(operators))

/**
 * Reads a model and gives what is in it. `expected` names all inputs, or all outputs, that it must have; a symbol
 * there stands for any size that the model leaves open.
 *
 * @throws TongganError `bad-graph` for anything that our builder would not write, malformed bytes included
 */
export function checkModel(
  bytes: Uint8Array,
  expected: { inputs?: TensorDescriptions; outputs?: TensorDescriptions } = {},
): ModelSummary {
  try {
    const summary = summarise(readMessage(bytes, modelFields, 'model') as unknown as OnnxModel)
    compare('inputs', expected.inputs, summary.inputs)
    compare('outputs', expected.outputs, summary.outputs)
    return summary
  } catch (error) {
    throw new TongganError('bad-graph', {
      operation: 'read an ONNX model',
      expected: 'one that Tonggan could have written',
      received: (error as Error).message,
      cause: error,
    })
  }
}

function summarise({ ir_version, opset_import, graph, metadata_props }: OnnxModel): ModelSummary {
  const [opset] = opset_import
  if (
    opset_import.length !== 1 ||
    opset.domain ||
    opset.version !== opsetVersion ||
    ir_version !== irVersion
  ) {
    throw new Error(`IR version ${ir_version} with operator sets ${JSON.stringify(opset_import)}`)
  }
  if (!graph) throw new Error('no graph')
  const known = new Set<string>()
  const define = (name = '') => {
    if (name === '' || known.has(name)) throw new Error(`two values of name ${JSON.stringify(name)}`)
    known.add(name)
  }
  for (const { name } of graph.input) define(name)
  for (const { name } of graph.initializer) define(name)
  for (const node of graph.node) {
    checkNode(node, known)
    for (const output of node.output) define(output)
  }
  for (const { name = '' } of graph.output)
    if (!known.has(name)) throw new Error(`output ${name}, which nothing makes`)
  if (graph.output.length === 0) throw new Error('no outputs')
  return {
    inputs: describe(graph.input),
    outputs: describe(graph.output),
    operators: [...new Set(graph.node.map(({ op_type = '' }) => op_type))].sort(),
    constantBytes: graph.initializer.reduce((sum, tensor) => sum + checkedBytes(tensor), 0),
    metadata: Object.fromEntries(metadata_props.map(({ key = '', value = '' }) => [key, value])),
  }
}

const allowedAttributeTypes: readonly (number | undefined)[] = Object.values(attributeTypes)

function checkNode({ op_type = '', domain, input, attribute }: OnnxNode, known: ReadonlySet<string>): void {
  if (domain) throw new Error(`operator ${op_type} of domain ${domain}`)
  if (!allowedOperators.has(op_type)) throw new Error(`operator ${op_type}`)
  for (const name of input) {
    if (name !== '' && !known.has(name))
      throw new Error(`${op_type} of ${name}, which nothing before it makes`)
  }
  for (const { name, type } of attribute) {
    if (!allowedAttributeTypes.includes(type))
      throw new Error(`${op_type} with ${name} of attribute type ${type}`)
  }
}

const bytesPerValue: Readonly<Record<TensorType, number>> = {
  float32: 4,
  int32: 4,
  int64: 8,
  uint8: 1,
  bool: 1,
}

/** The bytes of a constant, which must be those that its sizes need. */
function checkedBytes({ name, dims, data_type, raw_data }: OnnxTensor): number {
  const type = tensorType(data_type)
  const needed = dims.reduce((product, dim) => product * dim, bytesPerValue[type])
  const held = raw_data?.length ?? 0
  if (needed !== held || dims.some((dim) => dim < 0)) {
    throw new Error(`constant ${name} of ${type} ${formatShape(dims)} with ${held} bytes`)
  }
  return held
}

function describe(values: readonly OnnxValue[]): TensorDescriptions {
  const described = values.map(({ name = '', type }) => {
    const { elem_type, shape } = type?.tensor_type ?? {}
    if (!shape) throw new Error(`${name} without a shape`)
    const dims = shape.dim.map(({ dim_value, dim_param }) => dim_value ?? dim_param ?? '?')
    if (dims.some((dim) => typeof dim === 'number' && dim < 0))
      throw new Error(`${name} of ${formatShape(dims)}`)
    return [name, { type: tensorType(elem_type), shape: dims }] as const
  })
  return Object.fromEntries(described)
}

function tensorType(code: number | undefined): TensorType {
  const found = Object.entries(elementTypes).find(([, number]) => number === code)
  if (!found) throw new Error(`values of element type ${code}`)
  return found[0] as TensorType
}

function compare(role: string, expected: TensorDescriptions | undefined, found: TensorDescriptions): void {
  if (!expected) return
  const fits = Object.entries(expected).every(([name, { type, shape }]) => {
    const other = Object.hasOwn(found, name) ? found[name] : undefined
    if (other?.type !== type || other.shape.length !== shape.length) return false
    return shape.every((dim, axis) => dim === other.shape[axis] || [dim, other.shape[axis]].every(isSymbol))
  })
  if (!fits || Object.keys(expected).length !== Object.keys(found).length) {
    throw new Error(`${role} ${list(found)} instead of ${list(expected)}`)
  }
}

function isSymbol(dim: number | string): boolean {
  return typeof dim === 'string'
}

function list(tensors: TensorDescriptions): string {
  const texts = Object.entries(tensors).map(
    ([name, { type, shape }]) => `${name} ${type} ${formatShape(shape)}`,
  )
  return texts.join(', ')
}
