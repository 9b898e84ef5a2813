// The content of precomputed items: their numbers. Rows of equal numbers are equal items.

import { densify, type Features } from '../spec/features.ts'

/** A key for each row; equal rows have equal keys, others differ but for a chance of 2^-64 a pair. */
export async function contentOfRows(features: Features): Promise<string[]> {
  const keys: string[] = []
  for await (const chunk of features.chunks()) {
    const data = densify(chunk)
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length)
    for (let row = 0; row < chunk.rows; row++)
      keys.push(keyOf(words.subarray(row * chunk.dim, (row + 1) * chunk.dim)))
  }
  return keys
}

/** Two multiplicative hashes (cyrb53's constants) side by side. */
function keyOf(words: Uint32Array): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (const word of words) {
    a = Math.imul(a ^ word, 2654435761)
    b = Math.imul(b ^ word, 1597334677)
    a ^= a >>> 15
    b ^= b >>> 13
  }
  return `${(a >>> 0).toString(36)} ${(b >>> 0).toString(36)}`
}
