// YUV4MPEG2, the plainest stream of frames: it says size and range itself, so nothing has to be believed beforehand.

import type { PlanarFrame } from './movie.ts'
import { tooManyPixels } from './webcodecs-movie.ts'

/**
 * Frames of a YUV4MPEG2 stream, which says their size and range itself: a line of parameters, then for each frame a
 * line that starts with `FRAME`, and its planes.
 */
export async function* readYuv4Mpeg(
  stream: AsyncIterable<Uint8Array>,
  maxPixels: number,
): AsyncGenerator<PlanarFrame> {
  const reader = new ByteReader(stream)
  try {
    yield* framesOf(reader, maxPixels)
  } finally {
    await reader.close()
  }
}

async function* framesOf(reader: ByteReader, maxPixels: number): AsyncGenerator<PlanarFrame> {
  const header = await reader.line()
  if (header === undefined) return
  const [width, height] = ['W', 'H'].map((letter) => Number(new RegExp(` ${letter}(\\d+)`).exec(header)?.[1]))
  if (!(width * height <= maxPixels))
    throw tooManyPixels({ codedWidth: width, codedHeight: height }, maxPixels)
  const fullRange = header.includes('XCOLORRANGE=FULL')
  const luma = width * height
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1)
  while ((await reader.line()) !== undefined) {
    const planes = await reader.take(luma + 2 * chroma)
    if (!planes) return
    const [y, u, v] = [
      planes.subarray(0, luma),
      planes.subarray(luma, luma + chroma),
      planes.subarray(luma + chroma),
    ]
    yield { kind: 'planar', width, height, y, u, v, fullRange }
  }
}

/** Takes lines and blocks from bytes that come in pieces of any size. */
class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#pieces = stream[Symbol.asyncIterator]()
  }

  /** Lets the source know that no more is wanted. */
  async close(): Promise<void> {
    await this.#pieces.return?.()
  }

  /** Without its newline; undefined at the end. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf(10)
      if (end >= 0) {
        const text = new TextDecoder('latin1').decode(this.#rest.subarray(0, end))
        this.#rest = this.#rest.subarray(end + 1)
        return text
      }
      const { value, done } = await this.#pieces.next()
      if (done) return undefined
      const joined = new Uint8Array(this.#rest.length + value.length)
      joined.set(this.#rest)
      joined.set(value, this.#rest.length)
      this.#rest = joined
    }
  }

  /** Exactly so many bytes, the caller's own; undefined where the stream ends before. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const block = new Uint8Array(length)
    for (let at = 0; ; ) {
      const part = this.#rest.subarray(0, length - at)
      block.set(part, at)
      at += part.length
      this.#rest = this.#rest.subarray(part.length)
      if (at === length) return block
      const { value, done } = await this.#pieces.next()
      if (done) return undefined
      this.#rest = value
    }
  }
}
