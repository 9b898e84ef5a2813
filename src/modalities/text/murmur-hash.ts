// MurmurHash3 x86 32 (Austin Appleby, public domain), in plain code so that every engine gives the same columns for
// the same words. Words are hashed, never looked up, so that the encoder needs no vocabulary and no download.

/**
 * The hash of `bytes[start … end - 1]`.
 *
 * @param seed grams of different families are hashed with different seeds and so never meet on purpose
 * @returns an unsigned 32-bit number
 */
export function murmurHash(bytes: Uint8Array, start = 0, end = bytes.length, seed = 0): number {
  let hash = seed | 0
  let at = start
  for (; at + 4 <= end; at += 4) {
    const block = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    hash ^= scramble(block)
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let k = end - 1; k >= at; k--) tail = (tail << 8) | bytes[k]
  if (at < end) hash ^= scramble(tail)
  hash ^= end - start
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scramble(block: number): number {
  const product = Math.imul(block, 0xcc9e2d51)
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593)
}
