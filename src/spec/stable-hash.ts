// An order of keys that looks random and is the same everywhere: no seed, no order of rows, no neighbourhood of names in it.

/** FNV-1a over UTF-16 units, then MurmurHash3's finaliser, which spreads similar keys; 0 to 2^32 - 1. */
export function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** By hash; of equal hashes by the key itself. */
export function isBefore(a: string, b: string): boolean {
  const [x, y] = [hash(a), hash(b)]
  return x < y || (x === y && a < b)
}
