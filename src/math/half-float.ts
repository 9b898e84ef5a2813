// Numbers of 16 bits (IEEE 754 binary16): half the bytes of float32, about three digits. Enough for what is only looked
// at, such as a map of embeddings, whose numbers lie between -1 and 1.

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** The number that 16 bits stand for. */
export function halfToNumber(half: number): number {
  const magnitude = half & 0x7fff
  const sign = half & 0x8000 ? -1 : 1
  if (magnitude < 0x400) return sign * magnitude * 2 ** -24
  if (magnitude >= 0x7c00) return magnitude > 0x7c00 ? Number.NaN : sign * Number.POSITIVE_INFINITY
  bits[0] = (magnitude << 13) + 0x38000000 // the exponent counted from -127 in place of -15
  return sign * float[0]
}

/** The 16 bits nearest to a number, of two equally near the even ones; what is too large becomes infinite. */
export function numberToHalf(value: number): number {
  float[0] = value
  const sign = (bits[0] >>> 16) & 0x8000
  const magnitude = bits[0] & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00 // not a number
  if (magnitude >= 0x47800000) return sign | 0x7c00 // 65,536 or more
  if (magnitude < 0x38800000) {
    // below the smallest normal one, 2^-14: a whole number of 2^-24, rounded by what float32 leaves of 0.5 + value
    float[0] = 0.5 + Math.abs(float[0])
    return sign | (bits[0] - 0x3f000000)
  }
  const even = (magnitude >>> 13) & 1
  return sign | ((magnitude - 0x38000000 + 0xfff + even) >>> 13)
}

/** float32 → their halves, little-endian as typed arrays are. (A loop: `from` with a function takes ten times as long.) */
export function toHalves(values: Float32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length)
  for (let k = 0; k < values.length; k++) halves[k] = numberToHalf(values[k])
  return halves
}

/** Halves → float32. */
export function fromHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length)
  for (let k = 0; k < halves.length; k++) values[k] = halfToNumber(halves[k])
  return values
}
