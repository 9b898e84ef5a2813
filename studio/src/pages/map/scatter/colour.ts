// `#rrggbb` and mixtures of them.

/** Red, green and blue, 0 to 1. */
export function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

/** `share` of `b` in `a`, 0 to 1. */
export function mixed(a: string, b: string, share: number): string {
  const [from, to] = [rgb(a), rgb(b)]
  const parts = from.map((value, k) => Math.round(255 * (value + share * (to[k] - value))))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
