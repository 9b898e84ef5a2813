import { expect, test } from 'vitest'
import { bytesOf, draw, emptyPng, pattern, picture } from '../../../tests/pictures.ts'
import type { Picture } from '../../platform/picture.ts'
import type { RawItem } from '../../spec/encoder.ts'
import { densify } from '../../spec/features.ts'
import { encoderContract } from '../encoder.contract.ts'
import { imageEncoder } from './image-encoder.ts'

const encoder = imageEncoder()

const file = (bytes: Uint8Array, name = 'picture'): RawItem => ({ kind: 'file', bytes, name })
const ascii = (text: string) => new TextEncoder().encode(text)

encoderContract('the image encoder', {
  make: (engine) => imageEncoder({ engine: engine && { engine } }),
  others: [
    () => imageEncoder({ size: 32 }),
    () => imageEncoder({ size: 128 }),
    () => imageEncoder({ colour: false }),
  ],
  items: async () => [
    file(await bytesOf(draw(pattern(40, 30, true)).png())),
    file(await bytesOf(draw(pattern(64, 64)).jpeg())),
    file(await bytesOf(draw(pattern(700, 90)).png())),
    file(ascii('<svg xmlns="http://www.w3.org/2000/svg"><circle cx="150" cy="75" r="60" fill="red"/></svg>')),
    file(await bytesOf(draw(pattern(1, 1)).png())),
    file(await bytesOf(draw(pattern(40, 30)).png())),
  ],
  bad: [
    { what: 'an empty file', item: file(ascii('')), code: 'unreadable-item' },
    { what: 'a text file named .jpg', item: file(ascii('hello'), 'cat.jpg'), code: 'unsupported-format' },
    { what: 'a WAV named .png', item: file(ascii('RIFF0000WAVE'), 'cat.png'), code: 'unsupported-format' },
    {
      what: 'a truncated PNG',
      item: async () => file((await bytesOf(draw(pattern(90, 90)).png())).slice(0, -300)),
      code: 'unreadable-item',
    },
    {
      what: 'a PNG whose pixels are damaged',
      item: async () => file((await bytesOf(draw(pattern(90, 90)).png())).fill(0, 60, 400)),
      code: 'unreadable-item',
    },
    { what: 'a PNG of 20,000 × 20,000', item: file(emptyPng(20_000, 20_000)), code: 'too-large' },
    { what: 'an SVG that is not well-formed', item: file(ascii('<svg><g></svg>')), code: 'unreadable-item' },
    {
      what: 'an SVG that names a local file',
      item: file(ascii('<svg xmlns="http://www.w3.org/2000/svg"><image href="secret.png"/></svg>')),
      code: 'unsupported-format',
    },
  ],
  runsGraphs: true,
})

test('golden vectors: when they change, so must the version in the fingerprint', async () => {
  const colour = imageEncoder()
  expect(colour.fingerprint).toBe('797b8859594fd48b4dcd0f4f4c86674a')
  expectNear(
    await sixteenAndLength(colour),
    [
      0.0653, 0.0871, 0.0868, 0.1176, 0.0827, 0.0983, 0.1276, 0.0939, 0.0839, 0.1074, 0.1138, 0.1019, 0.1044,
      0.1171, 0.247, 0.0439, 8.5349,
    ],
  )
  const grey = imageEncoder({ size: 32, colour: false })
  expect(grey.fingerprint).toBe('0859dadcaa41c89b108d3ebcb014068f')
  expectNear(
    await sixteenAndLength(grey),
    [
      0.0758, 0.0887, 0.1823, 0.1659, 0.1296, 0.1218, 0.1759, 0.0996, 0.0851, 0.1187, 0.1279, 0.1158, 0.1349,
      0.1094, 0.2035, 0.1742, 6.3527,
    ],
  )
})

function expectNear(seen: readonly number[], golden: readonly number[]): void {
  expect(Math.max(...seen.map((value, k) => Math.abs(value - golden[k])))).toBeLessThan(2e-4)
}

/** 16 numbers from all over the row of one picture, and the row's length. */
async function sixteenAndLength(frozen: typeof encoder): Promise<number[]> {
  const [row] = await rowsOf([pattern(50, 40, true)], frozen)
  await frozen.close()
  const step = Math.floor(row.length / 16)
  return [...Array.from({ length: 16 }, (_, k) => row[k * step + 5]), Math.hypot(...row)]
}

test('transparent pixels are white paper, whatever colour they hide', async () => {
  const hidden = picture(16, 16, (x, y) => [x * 9, y * 9, 77, 0])
  const [clear, paper] = await rowsOf([hidden, picture(16, 16, () => [255, 255, 255, 255])])
  expect(largestDifference(clear, paper)).toBeLessThan(1e-5)
})

test('half-transparent black is the grey that it looks like', async () => {
  const veil = picture(16, 16, () => [0, 0, 0, 51])
  const [seen, grey] = await rowsOf([veil, picture(16, 16, () => [204, 204, 204, 255])])
  expect(largestDifference(seen, grey)).toBeLessThan(1e-5)
})

test('a picture keeps its proportions: wide as it is, it lies on a white square', async () => {
  const wide = pattern(60, 20)
  const square = picture(60, 60, (x, y) =>
    y >= 20 && y < 40 ? pixel(wide, x, y - 20) : [255, 255, 255, 255],
  )
  const [seen, padded] = await rowsOf([wide, square])
  expect(cosine(seen, padded)).toBeGreaterThan(0.999)
})

test('a large picture is kept small, and looks the same', async () => {
  const small = pattern(90, 60)
  const large = draw(small).resize(2700, 1800, { kernel: 'nearest' }).png()
  const decoded = await encoder.decode(file(await bytesOf(large)))
  expect(decoded).toMatchObject({ width: 270, height: 180 }) // means of blocks of 10 × 10
  const [seen, original] = await rowsOf([decoded, small])
  expect(cosine(seen, original)).toBeGreaterThan(0.999)
})

test('the same thing a little moved is nearer than another thing, and so is another size of it', async () => {
  const disc = (centre: number, size: number) =>
    picture(size, size, (x, y) =>
      Math.hypot(x - centre * size, y - size / 2) < size / 4 ? [20, 90, 200, 255] : [255, 255, 255, 255],
    )
  const cross = picture(64, 64, (x, y) =>
    Math.abs(x - y) < 6 || Math.abs(63 - x - y) < 6 ? [20, 90, 200, 255] : [255, 255, 255, 255],
  )
  const [one, moved, larger, other] = await rowsOf([disc(0.5, 64), disc(0.54, 64), disc(0.5, 96), cross])
  expect(cosine(one, moved)).toBeGreaterThan(cosine(one, other) + 0.02)
  expect(cosine(one, larger)).toBeGreaterThan(0.99)
})

test('without colour, colours of one luma are alike; with it they differ', async () => {
  const fill = (...rgb: number[]) => picture(32, 32, () => [...rgb, 255])
  const red = fill(200, 60, 60) // luma 101.86
  const grey = fill(102, 102, 102)
  const [colourRed, colourGrey] = await rowsOf([red, grey])
  expect(largestDifference(colourRed, colourGrey)).toBeGreaterThan(0.2)
  const [greyRed, greyGrey] = await rowsOf([red, grey], imageEncoder({ colour: false }))
  expect(largestDifference(greyRed, greyGrey)).toBeLessThan(1e-3)
})

test.each([
  [{ size: 48 as never }, 'a size of 32, 64, 128, received 48'],
  [{ size: '64' as never }, 'a size of 32, 64, 128'],
  [{ colour: 'no' as never }, 'true or false'],
])('parameters %j are refused', (options, message) => {
  expect(() => imageEncoder(options)).toThrow(message)
})

test('the limit of pixels is an option, and no part of what the features are', async () => {
  const strict = imageEncoder({ maxPixels: 99 })
  expect(strict.fingerprint).toBe(encoder.fingerprint)
  const drawn = await bytesOf(draw(pattern(10, 10)).png())
  await expect(strict.decode(file(drawn))).rejects.toMatchObject({ code: 'too-large' })
  expect(await encoder.decode(file(drawn))).toMatchObject({ width: 10, height: 10 })
})

async function rowsOf(pictures: readonly Picture[], of = encoder): Promise<Float32Array[]> {
  const chunk = await of.encode(pictures)
  const data = densify(chunk)
  return pictures.map((_, row) => data.slice(row * chunk.dim, (row + 1) * chunk.dim))
}

function pixel({ width, data }: Picture, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)]
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k])), 0)
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, k) => sum + value * y[k], 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
