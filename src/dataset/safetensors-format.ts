// Safetensors: 8 bytes with the length of a JSON header, the header with type, shape and place of each tensor, then
// their numbers. Source: the format's own description (huggingface/safetensors, README); limits as its readers have.

import { type FeatureMatrix, nameWithin } from './feature-matrix.ts'
import { badMatrix, numbersOfType } from './npy-format.ts'
import { type OpenBytes, StoredMatrix } from './stored-matrix.ts'

const maxHeaderBytes = 100_000_000

const types: Readonly<Record<string, string>> = {
  F16: 'f2',
  F32: 'f4',
  F64: 'f8',
  I8: 'i1',
  I16: 'i2',
  I32: 'i4',
  I64: 'i8',
  U8: 'u1',
  U16: 'u2',
  U32: 'u4',
  U64: 'u8',
  BOOL: 'b1',
}

interface TensorEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

export async function openSafetensors(
  open: OpenBytes,
  path: string,
  asked: string | undefined,
): Promise<FeatureMatrix> {
  const file = await open()
  try {
    const { size } = file
    const lengthBytes = await file.read(0, 8)
    const length = Number(new DataView(lengthBytes.buffer, lengthBytes.byteOffset).getBigUint64(0, true))
    if (length > Math.min(maxHeaderBytes, size - 8)) {
      throw badMatrix(path, 'a whole safetensors header', `one of ${length} bytes in a file of ${size}`)
    }
    const tensors = parseHeader(await file.read(8, 8 + length), path)
    const name = nameWithin(path, Object.keys(tensors), asked)
    const label = `${path}#${name}`
    const { dtype, shape, data_offsets: offsets } = tensors[name]
    const type = dtype === 'BF16' ? 'bf16' : types[dtype]
    if (!type) throw badMatrix(label, `numbers (${Object.keys(types).join(', ')}, BF16)`, `type ${dtype}`)
    const { itemBytes, toFloat32 } = numbersOfType(type)
    const values = shape.reduce((product, side) => product * side, 1)
    if (offsets[1] - offsets[0] !== values * itemBytes) {
      throw badMatrix(label, `${values * itemBytes} bytes`, `${offsets[1] - offsets[0]}`)
    }
    const layout = { shape, fortranOrder: false, itemBytes, dataStart: 8 + length + offsets[0], toFloat32 }
    return new StoredMatrix(open, label, layout, size)
  } finally {
    await file.close()
  }
}

/** @throws TongganError `bad-features` for what is not JSON of that form */
function parseHeader(bytes: Uint8Array, path: string): Record<string, TensorEntry> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw badMatrix(path, 'a safetensors header in JSON', 'bytes that are not')
  }
  const tensors = Object.entries(header as object).filter(([name]) => name !== '__metadata__')
  for (const [name, tensor] of tensors) {
    const { dtype, shape, data_offsets: offsets } = (tensor ?? {}) as Partial<TensorEntry>
    const isNatural = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
    const isWhole =
      typeof dtype === 'string' &&
      Array.isArray(shape) &&
      shape.every(isNatural) &&
      Array.isArray(offsets) &&
      offsets.length === 2 &&
      offsets.every(isNatural)
    if (!isWhole) throw badMatrix(path, 'dtype, shape and data_offsets of each tensor', `none of ${name}`)
  }
  return Object.fromEntries(tensors) as Record<string, TensorEntry>
}
