import { expect, test } from 'vitest'
import type { PlanarFrame } from './movie.ts'
import { readYuv4Mpeg } from './read-yuv4mpeg.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const planes = (first: number, size: number) => Uint8Array.from({ length: size }, (_, k) => first + k)

/** Two frames of 3 × 3, whose chroma is 2 × 2; planes may hold newlines. */
const stream = new Uint8Array([
  ...ascii('YUV4MPEG2 W3 H3 F25:1 Ip A1:1 C420mpeg2 XCOLORRANGE=FULL\n'),
  ...ascii('FRAME\n'),
  ...planes(0, 17),
  ...ascii('FRAME Ip\n'),
  ...planes(100, 17),
])

async function* inPieces(bytes: Uint8Array, size: number, onEnd = () => {}) {
  try {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  } finally {
    onEnd()
  }
}

async function all(frames: AsyncIterable<PlanarFrame>): Promise<PlanarFrame[]> {
  const list: PlanarFrame[] = []
  for await (const frame of frames) list.push(frame)
  return list
}

test.each([1, 2, 7, 1000])(
  'frames come whole, in whatever pieces the stream comes: %i bytes',
  async (size) => {
    const frames = await all(readYuv4Mpeg(inPieces(stream, size), 100))
    expect(frames).toMatchObject([
      { width: 3, height: 3, fullRange: true },
      { width: 3, height: 3, fullRange: true },
    ])
    expect(frames.map(({ y, u, v }) => [[...y], [...u], [...v]])).toEqual(
      [0, 100].map((first) => [[...planes(first, 9)], [...planes(first + 9, 4)], [...planes(first + 13, 4)]]),
    )
  },
)

test('a stream that ends within a frame gives those before; one without a word gives none', async () => {
  expect(await all(readYuv4Mpeg(inPieces(stream.slice(0, -1), 5), 100))).toHaveLength(1)
  expect(await all(readYuv4Mpeg(inPieces(new Uint8Array(0), 5), 100))).toEqual([])
})

test('its own size counts, not what was said of it before', async () => {
  const frames = all(readYuv4Mpeg(inPieces(stream, 50), 8))
  await expect(frames).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('3 × 3') })
})

test('who stops early lets the source end', async () => {
  let ended = false
  for await (const _ of readYuv4Mpeg(
    inPieces(stream, 10, () => (ended = true)),
    100,
  ))
    break
  expect(ended).toBe(true)
})
