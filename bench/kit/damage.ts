// Files as disks, networks and bad programs leave them: cut off, with bits turned, parts gone, doubled, swapped or zeroed,
// or with a field near the start that claims too much. From a seed.

import type { Random } from '../../src/math/random.ts'

/** What a field of a header is made to say. */
const claims = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff]
const headerBytes = 128

type Change = (bytes: Uint8Array, random: Random) => Uint8Array

const changes: readonly Change[] = [
  (bytes, random) => bytes.slice(0, random.integer(bytes.length + 1)),
  (bytes, random) => {
    const damaged = bytes.slice()
    for (let turned = 1 + random.integer(16); turned > 0 && bytes.length > 0; turned--)
      damaged[random.integer(bytes.length)] ^= 1 << random.integer(8)
    return damaged
  },
  (bytes, random) => {
    const damaged = bytes.slice()
    for (let field = 1 + random.integer(3); field > 0 && bytes.length >= 4; field--) {
      const at = random.integer(Math.min(headerBytes, bytes.length - 3))
      new DataView(damaged.buffer).setUint32(
        at,
        claims[random.integer(claims.length)],
        random.integer(2) === 0,
      )
    }
    return damaged
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random)
    return join(bytes.subarray(0, to), bytes.subarray(from)) // doubled
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random)
    return join(bytes.subarray(0, from), bytes.subarray(to)) // gone
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random)
    return bytes.slice().fill(random.integer(2) * 0xff, from, to)
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random)
    const middle = from + random.integer(to - from + 1)
    const swapped = join(bytes.subarray(middle, to), bytes.subarray(from, middle))
    return join(bytes.subarray(0, from), swapped, bytes.subarray(to))
  },
]

/** A copy with one to three changes. */
export function damage(bytes: Uint8Array, random: Random): Uint8Array {
  let damaged: Uint8Array = new Uint8Array(bytes) // whose slices are copies, as those of a Buffer are not
  for (let change = 1 + random.integer(3); change > 0; change--)
    damaged = changes[random.integer(changes.length)](damaged, random)
  return damaged
}

/** A stretch within, half of the time of at most 64 bytes. */
function part({ length }: Uint8Array, random: Random): [from: number, to: number] {
  const from = random.integer(length + 1)
  const most = random.integer(2) === 0 ? Math.min(64, length - from) : length - from
  return [from, from + random.integer(most + 1)]
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const one of parts) {
    joined.set(one, at)
    at += one.length
  }
  return joined
}
