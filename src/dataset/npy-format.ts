// The header of NumPy's `.npy`, versions 1 to 3, and its numbers as float32.
// Source: numpy.lib.format, NEP 1. Object and structured types are refused: the first would need pickle.

import { halfToNumber } from '../math/half-float.ts'
import { TongganError } from '../spec/errors.ts'

export interface NpyHeader {
  readonly shape: readonly number[]
  /** Column-major, as Fortran stores. */
  readonly fortranOrder: boolean
  readonly itemBytes: number
  /** First byte of the data. */
  readonly dataStart: number
  /** Raw numbers, as many bytes as wanted → float32; a number too large for float32 becomes infinite. */
  readonly toFloat32: (bytes: Uint8Array) => Float32Array
}

/** The most bytes from the start of a file that hold a header, by NumPy's own limit and then some. */
export const maxHeaderBytes = 2 ** 17

/** @throws TongganError `bad-features` with the path */
export function parseNpyHeader(start: Uint8Array, path: string): NpyHeader {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const magic = String.fromCharCode(...start.subarray(0, 6))
  if (magic !== '\x93NUMPY' || start.length < 10) throw badMatrix(path, 'a .npy file', 'another kind of file')
  const version = start[6]
  if (version < 1 || version > 3) throw badMatrix(path, '.npy version 1, 2 or 3', `version ${version}`)
  const lengthBytes = version === 1 ? 2 : 4
  const headerStart = 8 + lengthBytes
  const headerLength =
    version === 1 ? view.getUint16(8, true) : start.length >= 12 ? view.getUint32(8, true) : 0
  const dataStart = headerStart + headerLength
  if (dataStart > start.length) throw badMatrix(path, 'a whole .npy header', 'a file that ends within it')
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(
    start.subarray(headerStart, dataStart),
  )
  const descr = /['"]descr['"]\s*:\s*['"]([^'"]*)['"]/.exec(text)?.[1]
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1]
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1]
  if (order === undefined || shape === undefined)
    throw badMatrix(path, 'a .npy header', text.trim().slice(0, 80))
  const [, endian, type] = /^([<>|=])([a-z]\d+)$/.exec(descr ?? '') ?? []
  const numbers = numberTypes[type]
  if (!numbers) {
    throw badMatrix(
      path,
      `numbers (${Object.keys(numberTypes).join(', ')})`,
      descr ? `type ${descr}` : 'a structured type',
    )
  }
  const itemBytes = Number(type.slice(1))
  return {
    shape: shape
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => Number.parseInt(part, 10)),
    fortranOrder: order === 'True',
    itemBytes,
    dataStart,
    toFloat32: (bytes) => numbers(aligned(bytes, endian === '>' ? itemBytes : 1)),
  }
}

export function badMatrix(path: string, expected: string, received: string, remedy?: string): TongganError {
  return new TongganError('bad-features', { operation: 'read matrix', path, expected, received, remedy })
}

const numberTypes: Readonly<Record<string, (bytes: ArrayBuffer) => Float32Array>> = {
  f2: (bytes) => Float32Array.from(new Uint16Array(bytes), halfToNumber),
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => Float32Array.from(new Float64Array(bytes)),
  i1: (bytes) => Float32Array.from(new Int8Array(bytes)),
  i2: (bytes) => Float32Array.from(new Int16Array(bytes)),
  i4: (bytes) => Float32Array.from(new Int32Array(bytes)),
  i8: (bytes) => Float32Array.from(new BigInt64Array(bytes), Number),
  u1: (bytes) => Float32Array.from(new Uint8Array(bytes)),
  u2: (bytes) => Float32Array.from(new Uint16Array(bytes)),
  u4: (bytes) => Float32Array.from(new Uint32Array(bytes)),
  u8: (bytes) => Float32Array.from(new BigUint64Array(bytes), Number),
  b1: (bytes) => Float32Array.from(new Uint8Array(bytes)),
}

/** Little-endian numbers of a type: `f4`, `i8`, … and `bf16`, the upper half of `f4`. */
export function numbersOfType(type: string): Pick<NpyHeader, 'itemBytes' | 'toFloat32'> {
  if (type === 'bf16') {
    const toFloat32 = (bytes: Uint8Array) => {
      const halves = new Uint16Array(aligned(bytes, 1))
      return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer)
    }
    return { itemBytes: 2, toFloat32 }
  }
  return { itemBytes: Number(type.slice(1)), toFloat32: (bytes) => numberTypes[type](aligned(bytes, 1)) }
}

/** A copy that starts at a multiple of every number's size, with the bytes of each number turned round where asked. */
function aligned(bytes: Uint8Array, swapBytes: number): ArrayBuffer {
  const copy = bytes.slice()
  if (swapBytes > 1)
    for (let at = 0; at < copy.length; at += swapBytes) copy.subarray(at, at + swapBytes).reverse()
  return copy.buffer
}
