// A tensor as it crosses the port to a numeric engine: row-major data and its dims, nothing else.

export interface TensorData {
  float32: Float32Array
  int32: Int32Array
  int64: BigInt64Array
  uint8: Uint8Array
  /** One byte each, 0 or 1. */
  bool: Uint8Array
}

export type TensorType = keyof TensorData

export type Tensor = {
  [T in TensorType]: { readonly type: T; readonly dims: readonly number[]; readonly data: TensorData[T] }
}[TensorType]

export type FloatTensor = Extract<Tensor, { type: 'float32' }>

/** `floats([2, 3], data)`: a float32 tensor of these dims. Without data: zeros. */
export function floats(dims: readonly number[], data?: Float32Array | readonly number[]): FloatTensor {
  const size = dims.reduce((product, dim) => product * dim, 1)
  const values = data instanceof Float32Array ? data : data ? Float32Array.from(data) : new Float32Array(size)
  if (values.length !== size)
    throw new RangeError(`floats: dims [${dims}] hold ${size} values, got ${values.length}`)
  return { type: 'float32', dims, data: values }
}
