import sharp from 'sharp'
import { expect, test } from 'vitest'
import { bytesOf, draw, emptyPng, pattern, picture } from '../../../tests/pictures.ts'
import { readPicture } from './read-picture.ts'

const enough = 1e6
const read = (bytes: Uint8Array, name = 'picture') => readPicture({ kind: 'file', bytes, name }, enough)
const ascii = (text: string) => new TextEncoder().encode(text)

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, k) => sum + Math.abs(value - b[k]), 0) / b.length
}

test.each([
  ['png', {}, 0],
  ['webp', { lossless: true }, 0],
  ['avif', { quality: 95 }, 8],
  ['gif', {}, 12],
  ['jpeg', { quality: 95 }, 12],
] as const)('%s is read', async (kind, options, tolerance) => {
  const original = pattern(48, 24)
  const seen = await read(await bytesOf(draw(original).toFormat(kind, options)))
  expect(seen).toMatchObject({ width: 48, height: 24 })
  expect(meanDifference(seen.data, original.data)).toBeLessThanOrEqual(tolerance)
})

test('alpha is kept apart from colour', async () => {
  const veiled = pattern(32, 16, true)
  expect(await read(await bytesOf(draw(veiled).png()))).toEqual(veiled)
})

test.each(['gif', 'webp'] as const)('of an animated %s the first frame counts', async (kind) => {
  // two frames of 20 × 20, one below the other
  const frames = picture(20, 40, (_, y) => (y < 20 ? [220, 0, 0, 255] : [0, 0, 220, 255]))
  const { width, height, data } = frames
  const animation = sharp(data, { raw: { width, height, channels: 4, pageHeight: 20 } })
  const bytes = await bytesOf(animation.toFormat(kind, { delay: [100, 100], loop: 0 }))
  expect((await sharp(bytes, { pages: -1 }).metadata()).pages).toBe(2)
  const seen = await read(bytes)
  expect(seen).toMatchObject({ width: 20, height: 20 })
  expect(seen.data[0]).toBeGreaterThan(200)
  expect(seen.data[2]).toBeLessThan(40)
})

// EXIF 2.32, table 6: which visual column and row a stored one is, of an upright picture of 24 × 36.
const [right, bottom] = [23, 35]
test.each<[number, (x: number, y: number) => [column: number, row: number]]>([
  [1, (x, y) => [x, y]],
  [2, (x, y) => [right - x, y]],
  [3, (x, y) => [right - x, bottom - y]],
  [4, (x, y) => [x, bottom - y]],
  [5, (x, y) => [y, x]],
  [6, (x, y) => [right - y, x]],
  [7, (x, y) => [right - y, bottom - x]],
  [8, (x, y) => [y, bottom - x]],
])('EXIF orientation %i is honoured', async (orientation, upright) => {
  const original = pattern(24, 36)
  const [width, height] = orientation < 5 ? [24, 36] : [36, 24]
  const stored = picture(width, height, (x, y) => {
    const [column, row] = upright(x, y)
    return [...original.data.subarray((row * 24 + column) * 4).subarray(0, 4)]
  })
  const camera = draw(stored).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).withMetadata({ orientation })
  const seen = await read(await bytesOf(camera))
  expect(seen).toMatchObject({ width: 24, height: 36 })
  expect(meanDifference(seen.data, original.data)).toBeLessThan(3)
})

test('the depth and the colour model of a file do not matter', async () => {
  const grey = picture(32, 32, (_, y) => [y * 8, y * 8, y * 8, 255])
  const files = {
    grey: draw(grey).toColourspace('b-w').png(),
    palette: draw(grey).png({ palette: true, dither: 0, colours: 64 }),
    '16 bits': draw(grey).toColourspace('rgb16').png(),
  }
  for (const [kind, file] of Object.entries(files)) {
    const seen = await read(await bytesOf(file))
    expect(seen, kind).toMatchObject({ width: 32, height: 32 })
    expect(meanDifference(seen.data, grey.data), kind).toBeLessThan(1)
  }
})

test('a CMYK JPEG is read in its colours', async () => {
  const red = draw(picture(20, 20, () => [221, 34, 34, 255]))
  const cmyk = await bytesOf(red.toColourspace('cmyk').jpeg())
  expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
  const [r, g, b, alpha] = (await read(cmyk)).data
  expect(r).toBeGreaterThan(150)
  expect(Math.max(g, b)).toBeLessThan(90)
  expect(alpha).toBe(255)
})

test('a picture of another profile is brought to sRGB', async () => {
  const green = draw(picture(16, 16, () => [0, 255, 0, 255]))
  const wide = await bytesOf(green.withIccProfile('p3').png())
  const [r, g, b] = (await read(wide)).data
  expect(g).toBeGreaterThan(250) // the stored numbers, about (117, 251, 76), are another green in P3
  expect(Math.max(r, b)).toBeLessThan(20)
})

test('an SVG is drawn with its longer side at 256', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="20" height="20" fill="#f00"/></svg>'
  const { width, height, data } = await read(ascii(svg))
  expect({ width, height }).toEqual({ width: 256, height: 128 })
  expect([...data.subarray(0, 4)]).toEqual([255, 0, 0, 255])
  expect(data[200 * 4 + 3]).toBe(0)
})

test('words are no picture', async () => {
  await expect(readPicture({ kind: 'words', words: 'a cat' }, enough)).rejects.toMatchObject({
    code: 'unsupported-format',
    facts: { received: 'words ("a cat")' },
  })
})

test('what a file is, its bytes tell, not its name', async () => {
  await expect(read(ascii('hello, world'), 'cat.jpg')).rejects.toThrow('received text ("hello, world")')
  await expect(read(ascii('RIFF0000WAVEfmt '), 'cat.png')).rejects.toThrow('received a WAV sound')
  expect(await read(await bytesOf(draw(pattern(8, 8)).png()), 'cat.jpg')).toEqual(pattern(8, 8))
})

test('pictures beyond the limit are refused by their header: these have no pixels at all', async () => {
  const item = (bytes: Uint8Array) => ({ kind: 'file' as const, bytes, name: 'big.png' })
  await expect(readPicture(item(emptyPng(20_000, 20_000)), 64e6)).rejects.toMatchObject({
    code: 'too-large',
    path: 'big.png',
    facts: { received: '20000 × 20000' },
  })
  await expect(readPicture(item(emptyPng(10, 10)), 99)).rejects.toMatchObject({ code: 'too-large' })
  await expect(readPicture(item(emptyPng(10, 10)), 100)).rejects.toMatchObject({ code: 'unreadable-item' })
})
