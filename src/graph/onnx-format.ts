// The numbers of the ONNX format that the writer and the reader share: versions, element types, and the field
// numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

import type { TensorType } from '../spec/tensor.ts'

/** Operator set 20 is the oldest with every operator we write; IR version 9 came with it. */
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
export const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const

export const modelField = {
  irVersion: 1,
  producerName: 2,
  graph: 7,
  opsetImport: 8,
  metadata: 14,
  functions: 25,
} as const
export const opsetField = { domain: 1, version: 2 } as const
export const metadataField = { key: 1, value: 2 } as const
export const graphField = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const
export const nodeField = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 } as const
export const attributeField = { name: 1, float: 2, int: 3, string: 4, floats: 7, ints: 8, type: 20 } as const
export const tensorField = { dims: 1, dataType: 2, name: 8, rawData: 9 } as const
export const valueField = { name: 1, type: 2 } as const
export const typeField = { tensor: 1 } as const
export const tensorTypeField = { elementType: 1, shape: 2 } as const
export const shapeField = { dim: 1 } as const
export const dimField = { value: 1, symbol: 2 } as const
