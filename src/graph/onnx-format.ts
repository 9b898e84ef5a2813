// The ONNX format as far as we write it, as one table that the writer and the strict reader share: which fields each
// message has, under the names of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), and versions.
// What is not listed we never write and never accept: external data, functions, subgraphs, sparse tensors.

import type { TensorType } from '../spec/tensor.ts'
import type { Fields } from './protobuf.ts'

/** Operator set 20 is the oldest with every operator that we write; IR version 9 came with it. */
export const opsetVersion = 20
export const irVersion = 9

/** TensorProto.DataType */
export const elementTypes: Readonly<Record<TensorType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
}

/** AttributeProto.AttributeType */
export const attributeTypes = { f: 1, i: 2, s: 3, ints: 7 } as const

export interface OnnxModel {
  readonly ir_version?: number
  readonly producer_name?: string
  readonly graph?: OnnxGraph
  readonly opset_import: readonly { readonly domain?: string; readonly version?: number }[]
  readonly metadata_props: readonly { readonly key?: string; readonly value?: string }[]
}

export interface OnnxGraph {
  readonly node: readonly OnnxNode[]
  readonly name?: string
  readonly initializer: readonly OnnxTensor[]
  readonly input: readonly OnnxValue[]
  readonly output: readonly OnnxValue[]
}

export interface OnnxNode {
  /** An optional input that is left out has an empty name. */
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly name?: string
  readonly op_type?: string
  readonly attribute: readonly OnnxAttribute[]
  readonly domain?: string
}

export interface OnnxAttribute {
  readonly name?: string
  readonly f?: number
  readonly i?: number
  readonly s?: string
  readonly ints: readonly number[]
  readonly type?: number
}

export interface OnnxTensor {
  readonly dims: readonly number[]
  readonly data_type?: number
  readonly name?: string
  /** Little-endian. */
  readonly raw_data?: Uint8Array
}

export interface OnnxValue {
  readonly name?: string
  readonly type?: {
    readonly tensor_type?: {
      readonly elem_type?: number
      readonly shape?: {
        readonly dim: readonly { readonly dim_value?: number; readonly dim_param?: string }[]
      }
    }
  }
}

const tensorFields: Fields = {
  1: { name: 'dims', kind: 'int', many: true },
  2: { name: 'data_type', kind: 'int' },
  8: { name: 'name', kind: 'text' },
  9: { name: 'raw_data', kind: 'bytes' },
}

const attributeFields: Fields = {
  1: { name: 'name', kind: 'text' },
  2: { name: 'f', kind: 'float' },
  3: { name: 'i', kind: 'int' },
  4: { name: 's', kind: 'text' },
  8: { name: 'ints', kind: 'int', many: true },
  20: { name: 'type', kind: 'int' },
}

const nodeFields: Fields = {
  1: { name: 'input', kind: 'text', many: true },
  2: { name: 'output', kind: 'text', many: true },
  3: { name: 'name', kind: 'text' },
  4: { name: 'op_type', kind: 'text' },
  5: { name: 'attribute', kind: attributeFields, many: true },
  7: { name: 'domain', kind: 'text' },
}

const dimFields: Fields = { 1: { name: 'dim_value', kind: 'int' }, 2: { name: 'dim_param', kind: 'text' } }
const shapeFields: Fields = { 1: { name: 'dim', kind: dimFields, many: true } }
const tensorTypeFields: Fields = {
  1: { name: 'elem_type', kind: 'int' },
  2: { name: 'shape', kind: shapeFields },
}
const typeFields: Fields = { 1: { name: 'tensor_type', kind: tensorTypeFields } }
const valueFields: Fields = { 1: { name: 'name', kind: 'text' }, 2: { name: 'type', kind: typeFields } }

const graphFields: Fields = {
  1: { name: 'node', kind: nodeFields, many: true },
  2: { name: 'name', kind: 'text' },
  5: { name: 'initializer', kind: tensorFields, many: true },
  11: { name: 'input', kind: valueFields, many: true },
  12: { name: 'output', kind: valueFields, many: true },
}

const opsetFields: Fields = { 1: { name: 'domain', kind: 'text' }, 2: { name: 'version', kind: 'int' } }
const metadataFields: Fields = { 1: { name: 'key', kind: 'text' }, 2: { name: 'value', kind: 'text' } }

export const modelFields: Fields = {
  1: { name: 'ir_version', kind: 'int' },
  2: { name: 'producer_name', kind: 'text' },
  7: { name: 'graph', kind: graphFields },
  8: { name: 'opset_import', kind: opsetFields, many: true },
  14: { name: 'metadata_props', kind: metadataFields, many: true },
}
