import { expect, test } from 'vitest'
import { murmurHash } from './murmur-hash.ts'

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

// Published vectors of MurmurHash3_x86_32 (Ian Boyd's list, as in Wikipedia's article and Guava's tests).
test.each([
  ['', 0x00000000, 0x00000000],
  ['', 0x00000001, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['ffffffff', 0x00000000, 0x76293b50],
  ['21436587', 0x00000000, 0xf55b516b],
  ['21436587', 0x5082edee, 0x2362f9de],
  ['214365', 0x00000000, 0x7e4a8634],
  ['2143', 0x00000000, 0xa0f7b07a],
  ['21', 0x00000000, 0x72661cf4],
  ['00000000', 0x00000000, 0x2362f9de],
  ['000000', 0x00000000, 0x85f0b427],
  ['0000', 0x00000000, 0x30f4c306],
  ['00', 0x00000000, 0x514e28b7],
])('the bytes %s with seed %i', (hex, seed, expected) => {
  expect(murmurHash(bytesOf(hex), 0, hex.length / 2, seed)).toBe(expected)
})

test.each([
  ['', 0x9747b28c, 0xebb6c228],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['aa', 0x9747b28c, 0x5d211726],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['abc', 0x9747b28c, 0xc84a62dd],
  ['abcd', 0x9747b28c, 0xf0478627],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['ππππππππ', 0x9747b28c, 0xd58063c1],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
])('the words %j with seed %i', (words, seed, expected) => {
  const bytes = new TextEncoder().encode(words)
  expect(murmurHash(bytes, 0, bytes.length, seed)).toBe(expected)
})

test('a part of a longer buffer hashes as the part alone', () => {
  const bytes = new TextEncoder().encode('..spoon..')
  expect(murmurHash(bytes, 2, 7)).toBe(murmurHash(new TextEncoder().encode('spoon')))
})
