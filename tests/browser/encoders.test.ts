// Node and the browser encode alike (DESIGN D2): within 1e-4 from decoded samples, cosine at least 0.999 from files,
// each decoded by the side's own decoders.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { madeUpBvh, madeUpGlb } from '../../src/modalities/motion/made-up-motion.ts'
import type { RawItem } from '../../src/spec/encoder.ts'
import { shapeSvg } from '../shapes.ts'
import { encodeItems, encodeSamples, encodeSoundWithin, refusal } from './encoders.page.ts'
import { type BrowserPage, openPage, whyNoBrowser } from './harness.ts'

const sentences = ['a sleepy cat, 3 × Größe', '红色的水果', 'ねこ 고양이 กขค 🐱‍👤', 'ｆｕｌｌ　ｗｉｄｔｈ ﬁ']

/** A picture with broad and fine structure: colours that run, a grid, and a disc. */
const scene = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="150" height="100">
  <linearGradient id="g" x2="1" y2="1"><stop stop-color="#f80"/><stop offset="1" stop-color="#08f"/></linearGradient>
  <rect width="150" height="100" fill="url(#g)"/><circle cx="50" cy="50" r="30" fill="#174"/>
  ${Array.from({ length: 10 }, (_, k) => `<path d="M${k * 15} 0v100" stroke="#fff"/>`).join('')}</svg>`)

const sounds = join(import.meta.dirname, '../../src/modalities/audio/fixtures')

const videos = join(import.meta.dirname, '../../src/modalities/video/fixtures')
const noFfmpeg = spawnSync(process.env.TONGGAN_FFMPEG || 'ffmpeg', ['-version']).status !== 0

/** A disc that wanders, as an animation. */
async function animated(kind: 'gif' | 'webp'): Promise<Buffer> {
  const frames = await Promise.all(
    Array.from({ length: 10 }, (_, k) =>
      sharp(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect width="90" height="60" fill="#cdf"/><circle cx="${10 + 8 * k}" cy="30" r="9" fill="#d33"/></svg>`,
        ),
      )
        .ensureAlpha()
        .raw()
        .toBuffer(),
    ),
  )
  const raw = { width: 90, height: 600, channels: 4 as const, pageHeight: 60 }
  const drawn = sharp(Buffer.concat(frames), { raw })
  const delay = frames.map((_, k) => 60 + 20 * k)
  return (kind === 'gif' ? drawn.gif({ delay }) : drawn.webp({ delay, quality: 90 })).toBuffer()
}

const pictures: Record<string, () => Promise<Buffer>> = {
  PNG: () => sharp(scene).png().toBuffer(),
  'PNG, half transparent': () => sharp(scene).ensureAlpha(0.5).png().toBuffer(),
  'PNG, 16 bits': () => sharp(scene).toColourspace('rgb16').png().toBuffer(),
  'JPEG, turned by EXIF': () =>
    sharp(scene).withMetadata({ orientation: 6 }).jpeg({ quality: 92 }).toBuffer(),
  WebP: () => sharp(scene).webp({ quality: 90 }).toBuffer(),
  AVIF: () => sharp(scene).avif({ quality: 80, effort: 0 }).toBuffer(),
  GIF: () => sharp(scene).gif().toBuffer(),
  SVG: async () => Buffer.from(shapeSvg({ colour: 'green', shape: 'star' })),
}

describe.skipIf(whyNoBrowser)(
  `encoders in Chromium${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`,
  () => {
    let page: BrowserPage
    beforeAll(async () => {
      page = await openPage('tests/browser/encoders.page.ts')
    })
    afterAll(() => page?.close())

    test('words give the same columns and numbers', async () => {
      const items = sentences.map((words): RawItem => ({ kind: 'words', words }))
      const inNode = await encodeItems('text', items)
      const inPage = await page.call<Float32Array>('encodeItems', 'text', items)
      expect(largestDifference(inPage, inNode)).toBeLessThan(1e-6)
    })

    test('code gives the same columns and numbers', async () => {
      const pieces = ['ls -la | grep -v "\\.ts$"', 'const größe = readFileSync(路径) // naïve']
      const items = pieces.map((words): RawItem => ({ kind: 'words', words }))
      const inPage = await page.call<Float32Array>('encodeItems', 'code', items)
      expect(largestDifference(inPage, await encodeItems('code', items))).toBeLessThan(1e-6)
    })

    test('decoded pictures give the same features within 1e-4', async () => {
      const { data, info } = await sharp(scene).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
      const picture = { width: info.width, height: info.height, data: new Uint8Array(data) }
      const inNode = await encodeSamples('image', [picture])
      const inPage = await page.call<Float32Array>('encodeSamples', 'image', [picture])
      expect(largestDifference(inPage, inNode)).toBeLessThan(1e-4)
    })

    test.each(Object.keys(pictures))('a picture file gives the same features: %s', async (kind) => {
      const item: RawItem = { kind: 'file', name: 'picture', bytes: new Uint8Array(await pictures[kind]()) }
      const inNode = await encodeItems('image', [item])
      const inPage = await page.call<Float32Array>('encodeItems', 'image', [item])
      expect(cosine(inPage, inNode)).toBeGreaterThan(0.999)
    })

    test('decoded sounds give the same features within 1e-4', async () => {
      const samples = Float32Array.from(
        { length: 11_025 },
        (_, t) => Math.sin(t * 0.05 * (1 + t / 11_025)) / 2,
      )
      const sound = { sampleRateHz: 11_025, channels: [samples] }
      const inNode = await encodeSamples('audio', [sound])
      const inPage = await page.call<Float32Array>('encodeSamples', 'audio', [sound])
      expect(largestDifference(inPage, inNode)).toBeLessThan(1e-4)
    })

    test.each(readdirSync(sounds))('a sound file gives the same features: %s', async (name) => {
      const item: RawItem = { kind: 'file', name, bytes: new Uint8Array(readFileSync(join(sounds, name))) }
      const inNode = await encodeItems('audio', [item])
      const inPage = await page.call<Float32Array>('encodeItems', 'audio', [item])
      expect(cosine(inPage, inNode)).toBeGreaterThan(0.999)
    })

    test('motions give the same features within 1e-4, from BVH and from GLB', async () => {
      const items: RawItem[] = [
        { kind: 'file', name: 'walk.bvh', bytes: new TextEncoder().encode(madeUpBvh({ rateHz: 60 })) },
        { kind: 'file', name: 'wave.glb', bytes: await madeUpGlb({ deed: 'wave' }) },
      ]
      const inPage = await page.call<Float32Array>('encodeItems', 'motion', items)
      expect(largestDifference(inPage, await encodeItems('motion', items))).toBeLessThan(1e-4)
    })

    test.each(['gif', 'webp'] as const)('an animation gives the same features: %s', async (kind) => {
      const item: RawItem = { kind: 'file', name: kind, bytes: new Uint8Array(await animated(kind)) }
      const inNode = await encodeItems('video', [item])
      const inPage = await page.call<Float32Array>('encodeItems', 'video', [item])
      expect(cosine(inPage, inNode)).toBeGreaterThan(0.999)
    })

    test.skipIf(noFfmpeg).each(readdirSync(videos))(
      `a video gives the same features, and so does its sound${noFfmpeg ? ' (skipped: no ffmpeg)' : ''}: %s`,
      async (name) => {
        const item = { kind: 'file', name, bytes: new Uint8Array(readFileSync(join(videos, name))) } as const
        const refused = await page.call('refusal', 'video', item)
        if (name.includes('h264') && refused === 'unsupported-format') return // a Chromium that is built without
        const inNode = await encodeItems('video', [item])
        const inPage = await page.call<Float32Array>('encodeItems', 'video', [item])
        expect(cosine(inPage, inNode)).toBeGreaterThan(0.999)
        const sound = await encodeSoundWithin(item)
        const soundInPage = await page.call<Float32Array>('encodeSoundWithin', item)
        if (sound.length > 0) expect(cosine(soundInPage, sound)).toBeGreaterThan(0.999)
        else expect(soundInPage).toHaveLength(0)
      },
    )

    test('what is no picture is refused alike', async () => {
      const png = await pictures.PNG()
      const files = {
        'cut PNG': png.subarray(0, png.length / 2),
        text: Buffer.from('not a picture at all'),
        'SVG that names a file': Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="secret.png"/></svg>',
        ),
      }
      for (const [what, bytes] of Object.entries(files)) {
        const item: RawItem = { kind: 'file', name: 'picture.png', bytes: new Uint8Array(bytes) }
        const inNode = await refusal('image', item)
        expect(inNode, what).toBeDefined()
        expect(await page.call('refusal', 'image', item), what).toBe(inNode)
      }
    })
  },
)

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a).toHaveLength(b.length)
  return a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k])), 0)
}

function cosine(a: Float32Array, b: Float32Array): number {
  expect(a).toHaveLength(b.length)
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, k) => sum + value * y[k], 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
