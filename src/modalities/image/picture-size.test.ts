import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, draw, pattern } from '../../../tests/pictures.ts'
import { TongganError } from '../../spec/errors.ts'
import { pictureKind } from './picture-kind.ts'
import { pictureSize } from './picture-size.ts'

const kinds = ['png', 'jpeg', 'gif', 'webp', 'avif'] as const

const files = Object.fromEntries(
  await Promise.all(
    kinds.map(async (kind) => [kind, await bytesOf(draw(pattern(37, 21)).toFormat(kind))] as const),
  ),
)

test.each(kinds)('the size of a %s is in its header', (kind) => {
  expect(pictureKind(files[kind], 'p')).toBe(kind)
  expect(pictureSize(files[kind], kind, 'p')).toEqual({ width: 37, height: 21 })
})

test.each([
  ['lossless', { lossless: true }],
  ['with alpha', { quality: 50 }],
])('all bitstreams of WebP are known: %s', async (_, options) => {
  const bytes = await bytesOf(draw(pattern(300, 20, true)).webp(options))
  expect(pictureSize(bytes, 'webp', 'p')).toEqual({ width: 300, height: 20 })
})

test('a progressive JPEG with a thumbnail-sized profile before its frame', async () => {
  const bytes = await bytesOf(draw(pattern(70, 50)).jpeg({ progressive: true }).withIccProfile('srgb'))
  expect(pictureSize(bytes, 'jpeg', 'p')).toEqual({ width: 70, height: 50 })
})

test('a file may have bytes after its end', () => {
  for (const kind of ['png', 'jpeg', 'gif', 'webp'] as const) {
    const bytes = Uint8Array.from([...files[kind], ...new Uint8Array(99)])
    expect(pictureSize(bytes, kind, 'p')).toEqual({ width: 37, height: 21 })
  }
})

test.each(kinds)('a %s that is cut off anywhere is unreadable', (kind) => {
  const whole = files[kind]
  const places = fc.integer({ min: 16, max: whole.length - 2 - Number(kind === 'gif') * 20 })
  fc.assert(
    fc.property(places, (end) => {
      const attempt = () => pictureSize(whole.subarray(0, end), kind, 'cut.bin')
      expect(attempt).toThrow(expect.objectContaining({ code: 'unreadable-item', path: 'cut.bin' }))
    }),
  )
})

test.each(kinds)('a damaged %s gives a size or a TongganError, and always ends', (kind) => {
  const damage = fc.array(fc.tuple(fc.nat(files[kind].length - 1), fc.nat(255)), { maxLength: 8 })
  fc.assert(
    fc.property(damage, (places) => {
      const bytes = files[kind].slice()
      for (const [at, value] of places) bytes[at] = value
      try {
        const { width, height } = pictureSize(bytes, kind, 'p')
        expect(width * height).toBeGreaterThan(0)
      } catch (error) {
        expect(error).toBeInstanceOf(TongganError)
      }
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['a HEIC picture', '\0\0\0\x18ftypheic'],
  ['a TIFF picture', 'II*\0'],
  ['a PDF document', '%PDF-1.7'],
  ['a gzip archive', '\x1f\x8b\x08'],
  ['a NumPy array', '\x93NUMPY'],
  ['an HTML page', '<!DOCTYPE html><html>'],
  ['text ("id,image', 'id,image\n1,a.png'],
  ['bytes of an unknown kind', '\0\x01\x02'],
])('%s is said to be one', (found, start) => {
  const bytes = Uint8Array.from(start, (character) => character.charCodeAt(0))
  expect(() => pictureKind(bytes, 'p.png')).toThrow(found)
})

test.each([
  ['after a declaration and a comment', '<?xml version="1.0"?>\n<!-- a drawing -->\n<svg>'],
  ['after a byte order mark', '\u00ef\u00bb\u00bf<svg>'],
  ['with a prefix', '<s:svg xmlns:s="http://www.w3.org/2000/svg">'],
  ['with a character of Latin-1', '<?xml version="1.0" encoding="latin1"?><!-- \u00e9 --><svg>'],
  ['in UTF-16', '\u00ff\u00fe<\0s\0v\0g\0>\0'],
])('an SVG is known %s', (_, start) => {
  expect(
    pictureKind(
      Uint8Array.from(start, (character) => character.charCodeAt(0)),
      'p',
    ),
  ).toBe('svg')
})
