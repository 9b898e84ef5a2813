import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { picture } from '../../../tests/pictures.ts'
import type { Picture } from '../../platform/picture.ts'
import type { ItemFile, RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { densify } from '../../spec/features.ts'
import { audioEncoder } from '../audio/audio-encoder.ts'
import { encoderContract } from '../encoder.contract.ts'
import { instantCount, type Video } from './video.ts'
import { videoEncoder } from './video-encoder.ts'

const encoder = videoEncoder()
const file = (bytes: Uint8Array, name = 'video'): RawItem => ({ kind: 'file', bytes, name })
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

const fixtures = join(import.meta.dirname, 'fixtures')
const fixture = (name: string) => new Uint8Array(readFileSync(join(fixtures, name)))
const command = process.env.TONGGAN_FFMPEG || 'ffmpeg'
const noFfmpeg = spawnSync(command, ['-version']).status !== 0
const movies = noFfmpeg ? 'movies (skipped: no ffmpeg on this machine)' : 'movies'

/** A disc that wanders over a pale ground; 64 × 48. */
function scene(at: number, colour = [200, 40, 40]): Picture {
  return picture(64, 48, (x, y) =>
    Math.hypot(x - 10 - 44 * at, y - 24) < 9 ? [...colour, 255] : [220, 230, 200 + y, 255],
  )
}

const frames = (count: number, colour?: number[]) =>
  Array.from({ length: count }, (_, k) => scene(k / (count - 1), colour))

async function animation(
  kind: 'gif' | 'webp',
  pictures: readonly Picture[],
  delayMs = 100,
): Promise<Uint8Array> {
  const [{ width, height }] = pictures
  const stack = Buffer.concat(pictures.map(({ data }) => data))
  const raw = { width, height: height * pictures.length, channels: 4 as const, pageHeight: height }
  const drawn = sharp(stack, { raw })
  const delay = pictures.map(() => delayMs)
  const written = kind === 'gif' ? drawn.gif({ delay, effort: 1 }) : drawn.webp({ delay, lossless: true })
  return new Uint8Array(await written.toBuffer())
}

/** A GIF of one frame, repeated so many times. */
async function longGif(size: number, count: number): Promise<Uint8Array> {
  const one = new Uint8Array(
    await sharp({ create: { width: size, height: size, channels: 3, background: 'red' } })
      .gif()
      .toBuffer(),
  )
  const start = 13 + (one[10] & 0x80 ? 3 * 2 ** ((one[10] & 7) + 1) : 0)
  const body = one.subarray(start, -1)
  const bytes = new Uint8Array(start + body.length * count + 1)
  bytes.set(one.subarray(0, start))
  for (let k = 0; k < count; k++) bytes.set(body, start + k * body.length)
  bytes[bytes.length - 1] = 0x3b
  return bytes
}

/** Shows each picture for an equal time. */
function shown(pictures: readonly Picture[]): Video {
  const places = Array.from({ length: instantCount }, (_, k) =>
    Math.floor((k * pictures.length) / instantCount),
  )
  return { frames: pictures, shown: Uint8Array.from(places) }
}

encoderContract('the video encoder', {
  make: (engine) => videoEncoder({ engine: engine && { engine } }),
  others: [],
  items: async () => [
    file(await animation('gif', frames(12))),
    file(await animation('webp', frames(40).reverse(), 40)),
    file(await animation('webp', [scene(0.5, [20, 20, 200])])),
  ],
  bad: [
    { what: 'words', item: { kind: 'words', words: 'a cat' }, code: 'unsupported-format' },
    { what: 'an empty file', item: file(ascii('')), code: 'unreadable-item' },
    {
      what: 'a text file named .mp4',
      item: file(ascii('hello there'), 'cat.mp4'),
      code: 'unsupported-format',
    },
    {
      what: 'a PNG named .mp4',
      item: file(ascii('\x89PNG\r\n\x1a\n'), 'cat.mp4'),
      code: 'unsupported-format',
    },
    { what: 'an M4A sound', item: file(ascii('\0\0\0\x20ftypM4A \0\0')), code: 'unsupported-format' },
    {
      what: 'a GIF that is cut off',
      item: async () => file((await animation('gif', frames(6))).slice(0, -90)),
      code: 'unreadable-item',
    },
    {
      what: 'an animated WebP that is cut off',
      item: async () => file((await animation('webp', frames(6))).slice(0, -90)),
      code: 'unreadable-item',
    },
    {
      what: 'a GIF without frames',
      item: async () => file(ascii('GIF89a\x10\0\x10\0\0\0\0;')),
      code: 'unreadable-item',
    },
    {
      what: 'a GIF of 65,535 × 65,535',
      item: async () => file((await animation('gif', frames(2))).fill(255, 6, 10)),
      code: 'too-large',
    },
    {
      what: 'a GIF bomb of small frames',
      item: async () => file(await longGif(500, 2000)),
      code: 'too-large',
    },
    {
      what: 'an MP4 of nothing but its first box',
      item: file(ascii('\0\0\0\x10ftypisom\0\0\0\0')),
      code: 'unreadable-item',
    },
    {
      what: 'the start of a WebM',
      item: file(fixture('disc-vp9-opus.webm').slice(0, 90)),
      code: 'unreadable-item',
    },
    {
      what: 'a WebM without frames',
      item: file(withoutClusters('disc-vp9-opus.webm')),
      code: 'unreadable-item',
    },
    {
      what: 'an MP4 without its tables',
      item: file(fixture('disc-h264-aac.mp4').slice(0, 6000)),
      code: 'unreadable-item',
    },
    {
      what: 'a MOV whose end is missing',
      item: file(fixture('disc-h264-pcm.mov').slice(0, -9000)),
      code: 'unreadable-item',
    },
  ],
  runsGraphs: true,
})

test.each(['stts', 'ctts', 'stsc'])(
  'twelve bytes that speak of four billion frames are not believed: %s',
  async (table) => {
    const bytes = fixture('disc-h264-aac.mp4')
    const at = bytes.findIndex((_, k) =>
      [...table].every((letter, b) => bytes[k + b] === letter.charCodeAt(0)),
    )
    bytes.fill(255, at + (table === 'stsc' ? 16 : 12), at + (table === 'stsc' ? 20 : 16))
    await expect(encoder.decode(file(bytes))).rejects.toMatchObject({
      code: 'unreadable-item',
      message: expect.stringMatching(/tables of 42949\d+ frames in 10631 bytes/),
    })
  },
)

test('a WebM in which nothing is found comes to an end', async () => {
  const bytes = fixture('disc-vp9-opus.webm')
  await expect(encoder.decode(file(bytes.fill(0, 60)))).rejects.toMatchObject({ code: 'unreadable-item' })
})

function withoutClusters(name: string): Uint8Array {
  const bytes = fixture(name)
  const at = bytes.findIndex((_, k) => [0x1f, 0x43, 0xb6, 0x75].every((byte, b) => bytes[k + b] === byte))
  expect(at).toBeGreaterThan(100)
  return bytes.slice(0, at)
}

test('golden vectors: when they change, so must the version in the fingerprint', async () => {
  expect(encoder.fingerprint).toBe('076c7a206a840e8e22d6217d7c7bc327')
  const [row] = await rowsOf([shown(frames(16))])
  const step = Math.floor(row.length / 16)
  const seen = [...Array.from({ length: 16 }, (_, k) => row[k * step + 5]), Math.hypot(...row)]
  const golden = [
    0.0735, 0.0792, 0.1065, 0.0879, 0.1311, 0.105, 0.1783, 0.0999, 0.1316, 0.1456, 0.0403, 0.0296, 0.2425,
    0.01, 0.0431, 0.0008, 8.6607,
  ]
  expect(Math.max(...seen.map((value, k) => Math.abs(value - golden[k])))).toBeLessThan(2e-4)
})

test('the same motion at another rate of frames is the same, backwards it is not', async () => {
  const [coarse, fine, backwards, other] = await rowsOf([
    shown(frames(16)),
    shown(frames(32)),
    shown(frames(32).reverse()),
    shown(frames(32, [20, 20, 200])),
  ])
  expect(cosine(coarse, fine)).toBeGreaterThan(0.99)
  expect(cosine(fine, backwards)).toBeLessThan(cosine(coarse, fine) - 0.01)
  expect(cosine(fine, other)).toBeLessThan(0.99)
})

test('frames of an animation are shown as long as it says', async () => {
  const delays = [100, 700]
  const { data } = scene(0)
  const stack = Buffer.concat([data, scene(1).data])
  const drawn = sharp(stack, { raw: { width: 64, height: 96, channels: 4, pageHeight: 48 } })
  const { shown: which } = await encoder.decode(
    file(new Uint8Array(await drawn.webp({ delay: delays }).toBuffer())),
  )
  expect([...which]).toEqual([...Array(4).fill(0), ...Array(28).fill(1)])
})

test('a long animation is decoded in runs, and each frame is the one that belongs there', async () => {
  const grey = (k: number) => picture(300, 300, () => [k, k, k, 255])
  const bytes = await animation(
    'webp',
    Array.from({ length: 240 }, (_, k) => grey(k)),
  )
  const video = await encoder.decode(file(bytes))
  expect(video.frames.map(({ data }) => data[0])).toEqual(
    Array.from({ length: instantCount }, (_, k) => Math.floor((k + 0.5) * (240 / instantCount))),
  )
})

test.each(['gif', 'webp'] as const)(
  'damaged animations are refused or read, and nothing else: %s',
  async (kind) => {
    const bytes = await animation(kind, frames(6))
    expect(await outcomes(bytes, 60)).toEqual([])
  },
)

describe.skipIf(noFfmpeg)(movies, () => {
  test.each(readdirSync(fixtures))('a disc wanders where it was drawn: %s', async (name) => {
    const { frames: pictures, shown: which } = await encoder.decode(file(fixture(name)))
    expect(which).toHaveLength(instantCount)
    expect(pictures).toHaveLength(24) // all that there are, at 12 a second
    const upright = name.includes('rotated') ? { width: 72, height: 96 } : { width: 96, height: 72 }
    which.forEach((frame) => {
      const seen = pictures[frame]
      expect(seen).toMatchObject(upright)
      const [x, y] = centreOfRed(seen)
      const along = 12 + 36 * (frame / 12) // pixels from the left as it was drawn
      const expected = name.includes('rotated') ? [36, 95 - along] : [along, 36]
      expect(Math.abs(x - expected[0]) + Math.abs(y - expected[1]), `${frame}`).toBeLessThan(3)
    })
    const corner = pictures[12].data.subarray(0, 3)
    const sky = [120, 150, 255] // at the top, and at the right end before it was turned
    expect(Math.max(...sky.map((value, k) => Math.abs(value - corner[k])))).toBeLessThan(12)
  })

  test.each(['disc-h264-aac.mp4', 'disc-vp9-opus.webm', 'disc-vp8-vorbis.webm', 'disc-h264-pcm.mov'])(
    'its sound is an item of its own: %s',
    async (name) => {
      const sound = await encoder.derives?.audio?.derive(asFile(fixture(name), name))
      expect(sound).toMatchObject({ kind: 'file', name })
      const { sampleRateHz, channels } = await audioEncoder().decode(sound as RawItem)
      expect(channels).toHaveLength(1)
      expect(Math.abs(channels[0].length / sampleRateHz - 2)).toBeLessThan(0.1)
      expect(Math.abs(pitch(channels[0], sampleRateHz) - 440)).toBeLessThan(3)
    },
  )

  test('what has no sound derives none', async () => {
    const derive = encoder.derives!.audio!.derive
    expect(await derive(asFile(fixture('disc-av1.mp4'), 'a'))).toBeUndefined()
    expect(await derive(asFile(await animation('gif', frames(3)), 'b'))).toBeUndefined()
  })

  test('the same frames in another codec are nearly the same video', async () => {
    const names = ['disc-h264-aac.mp4', 'disc-vp9-opus.webm', 'disc-av1.mp4']
    const videos = await Promise.all(names.map((name) => encoder.decode(file(fixture(name)))))
    const rows = await rowsOf(videos)
    expect(cosine(rows[0], rows[1])).toBeGreaterThan(0.99)
    expect(cosine(rows[0], rows[2])).toBeGreaterThan(0.99)
  })

  test('frames larger than allowed are refused before they are decoded', async () => {
    const strict = videoEncoder({ maxPixels: 5000, longestSeconds: 1 })
    const item = file(fixture('disc-h264-aac.mp4'))
    await expect(strict.decode(item)).rejects.toMatchObject({ code: 'too-large', path: 'video' })
    const short = videoEncoder({ longestSeconds: 1 })
    await expect(short.decode(item)).rejects.toThrow('expected at most 1 s, received 2 s')
  })

  test('a file is read by parts, and no more of it than that takes', async () => {
    const bytes = fixture('disc-h264-aac.mp4')
    let largest = 0
    const video = await encoder.decodeFile!({
      ...asFile(bytes, 'clip.mp4'),
      read: async (start, end) => {
        largest = Math.max(largest, end - start)
        return bytes.subarray(start, end)
      },
    })
    expect(video).toEqual(await encoder.decode(file(bytes)))
    expect(largest).toBeLessThanOrEqual(bytes.length)
  })

  test('tables that lead round in a circle are refused in bounded time', async () => {
    const bytes = fixture('disc-vp9-opus.webm')
    bytes[440] = 0 // one byte, after which the reader of tables goes between two places for ever
    await expect(encoder.decode(file(bytes))).rejects.toMatchObject({
      code: 'unreadable-item',
      message: expect.stringContaining('tables that lead round in a circle'),
    })
  })

  test.each(['disc-h264-aac.mp4', 'disc-vp8-vorbis.webm'])(
    'damaged movies are refused or read, and nothing else: %s',
    async (name) => {
      expect(await outcomes(fixture(name), 16)).toEqual([])
    },
  )
})

test('without ffmpeg and without WebCodecs, the error says what to install', async () => {
  const program = `
    import { videoEncoder } from ${JSON.stringify(join(import.meta.dirname, 'video-encoder.ts'))}
    import { readFileSync } from 'node:fs'
    const bytes = readFileSync(${JSON.stringify(join(fixtures, 'disc-h264-aac.mp4'))})
    await videoEncoder().decode({ kind: 'file', bytes, name: 'clip.mp4' }).catch((error) => console.log(error.code, error.message))`
  const { stdout } = spawnSync(
    process.execPath,
    ['--conditions=tonggan-source', '--input-type=module', '-e', program],
    { encoding: 'utf8', env: { ...process.env, TONGGAN_FFMPEG: '/no/such/ffmpeg' } },
  )
  expect(stdout).toMatch(/^missing-peer .*clip\.mp4.*install ffmpeg/)
})

/** What decoding mutated copies did besides giving a video or a TongganError that is about the item. */
async function outcomes(bytes: Uint8Array, count: number): Promise<unknown[]> {
  let state = 7
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const codes = ['unreadable-item', 'too-large', 'unsupported-format']
  const strange: unknown[] = []
  for (let k = 0; k < count; k++) {
    const mutated = bytes.slice(0, k % 4 === 0 ? random(bytes.length) : bytes.length)
    for (let b = 0; b < 1 + random(8); b++)
      if (mutated.length > 0) mutated[random(mutated.length)] = random(256)
    try {
      const video = await encoder.decode(file(mutated))
      if (video.frames.length === 0) strange.push('no frames')
    } catch (error) {
      if (!(error instanceof TongganError && codes.includes(error.code))) strange.push(error)
    }
  }
  return strange
}

function asFile(bytes: Uint8Array, name: string): ItemFile {
  return {
    name,
    size: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
    async close() {},
  }
}

function centreOfRed({ width, data }: Picture): [number, number] {
  let [count, sumX, sumY] = [0, 0, 0]
  for (let k = 0; k < data.length / 4; k++) {
    if (data[4 * k] < data[4 * k + 1] + 80) continue
    count++
    sumX += k % width
    sumY += Math.floor(k / width)
  }
  return [sumX / count, sumY / count]
}

/** From the number of times that the sound rises through zero. */
function pitch(samples: Float32Array, rateHz: number): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((3 * samples.length) / 4))
  let crossings = 0
  for (let k = 1; k < middle.length; k++) if (middle[k - 1] < 0 && middle[k] >= 0) crossings++
  return (crossings * rateHz) / middle.length
}

async function rowsOf(videos: readonly Video[]): Promise<Float32Array[]> {
  const { dim, ...chunk } = await encoder.encode(videos)
  const data = densify({ dim, ...chunk } as Parameters<typeof densify>[0])
  return videos.map((_, row) => data.subarray(row * dim, (row + 1) * dim))
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, k) => sum + value * y[k], 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
