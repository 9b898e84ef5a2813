// Random whole numbers for inner loops: xorshift32 (Marsaglia 2003), whose step is three shifts. The library's `Random`
// is better and slower; a layout draws more than a hundred million times, for places in a picture.

/** Draws from 1 to 2³² − 1; the same seed gives the same draws. */
export function seededDraws(seed: number): () => number {
  // A hash first (Murmur3's finaliser), so that seeds side by side are strangers; the state must not be 0.
  let state = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  state = (state ^ (state >>> 16)) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** 0 … count - 1 in a random order (Fisher & Yates). */
export function shuffledOrder(count: number, seed: number): Int32Array<ArrayBuffer> {
  const draw = seededDraws(seed)
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = draw() % (i + 1)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}
