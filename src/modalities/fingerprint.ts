// What tells one encoder from another: features of different fingerprints never meet in a space. An analytic encoder's
// weights follow from its parameters and its version, so these are what is hashed, not numbers whose last bit the
// machine decides; golden vectors beside each encoder fail when its features change while its version does not.

import { murmurHash } from './text/murmur-hash.ts'

/**
 * 128 bits as 32 hexadecimal digits; the order of the parameters does not matter.
 *
 * @param version raised by one whenever features change
 */
export function encoderFingerprint(encoder: {
  id: string
  version: number
  parameters: Readonly<Record<string, unknown>>
}): string {
  const { id, version, parameters } = encoder
  const sorted = Object.fromEntries(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)))
  const bytes = new TextEncoder().encode(JSON.stringify([id, version, sorted]))
  return [0, 1, 2, 3]
    .map((seed) => murmurHash(bytes, 0, bytes.length, seed).toString(16).padStart(8, '0'))
    .join('')
}
