// Damaged files against what reads them, one after another in one process: each must be read, or refused with an error
// about the item; nothing else may be thrown, and the process must be there at the end. Says of each kind how many were
// read and refused, and how long the slowest took. Movies start ffmpeg for each file: some ten minutes a kind.
//
//   node --conditions=tonggan-source bench/fuzz-media.ts [all|kind,kind…] [files a kind] [seed]

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { openMatrix } from '../src/dataset/open-matrix.ts'
import { Random } from '../src/math/random.ts'
import { audioEncoder } from '../src/modalities/audio/audio-encoder.ts'
import { imageEncoder } from '../src/modalities/image/image-encoder.ts'
import { madeUpBvh, madeUpGlb } from '../src/modalities/motion/made-up-motion.ts'
import { motionEncoder } from '../src/modalities/motion/motion-encoder.ts'
import type { Video } from '../src/modalities/video/video.ts'
import { videoEncoder } from '../src/modalities/video/video-encoder.ts'
import { writeWav } from '../src/modalities/video/write-wav.ts'
import { MapFolder } from '../src/platform/map-folder.ts'
import type { Encoder } from '../src/spec/encoder.ts'
import { TongganError } from '../src/spec/errors.ts'
import { densify } from '../src/spec/features.ts'
import { damage } from './kit/damage.ts'

interface Kind {
  readonly originals: readonly Uint8Array[]
  /** @throws what the reader throws, and a plain Error for what it should not have let pass */
  read(bytes: Uint8Array, name: string): Promise<void>
}

const aboutTheItem = ['unreadable-item', 'unsupported-format', 'too-large', 'bad-features']
const [asked = 'all', files = '2000', seed = '1'] = process.argv.slice(2)

const utf8 = (text: string) => new TextEncoder().encode(text)
const fixtures = (room: string, ending: string) => {
  const folder = join(import.meta.dirname, '..', 'src', room, 'fixtures')
  const names = readdirSync(folder).filter((name) => name.endsWith(ending))
  return names.map((name) => new Uint8Array(readFileSync(join(folder, name))))
}

const [image, audio, motion, video] = [imageEncoder(), audioEncoder(), motionEncoder(), videoEncoder()]
const picture = sharp(
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="40"><circle cx="20" cy="20" r="15" fill="red"/></svg>',
  ),
)
const tone = Float32Array.from({ length: 4000 }, (_, k) => Math.sin(k / 5))
const kinds: Record<string, Kind> = {
  png: encoded(image, [await picture.clone().png().toBuffer()]),
  jpeg: encoded(image, [await picture.clone().flatten().jpeg().toBuffer()]),
  webp: encoded(image, [await picture.clone().webp().toBuffer()]),
  avif: encoded(image, [await picture.clone().avif().toBuffer()]),
  gif: encoded(image, [await picture.clone().gif().toBuffer()]),
  svg: encoded(image, [
    utf8(
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient></defs><g transform="translate(2 2)"><path d="M1 1L30 30H5Z" fill="url(#g)"/><text x="3" y="9">a&amp;b</text></g></svg>',
    ),
  ]),
  wav: encoded(audio, [writeWav([tone], 8000)]),
  mp3: encoded(audio, fixtures('modalities/audio', '.mp3')),
  flac: encoded(audio, fixtures('modalities/audio', '.flac')),
  ogg: encoded(audio, fixtures('modalities/audio', '.ogg')),
  bvh: encoded(motion, [utf8(madeUpBvh({ rateHz: 10 }))]),
  glb: encoded(motion, [await madeUpGlb({ rateHz: 10 })]),
  npy: matrix('rows.npy', [npy()]),
  npz: matrix('rows.npz', fixtures('dataset', '.npz')),
  safetensors: matrix('rows.safetensors', fixtures('dataset', '.safetensors')),
  parquet: matrix('rows.parquet', fixtures('dataset', '.parquet')),
  arrow: matrix('rows.arrow', [...fixtures('dataset', '.arrow'), ...fixtures('dataset', '.arrows')]),
  animation: decoded(video, [
    await sharp({ create: { width: 16, height: 48, channels: 3, background: 'red' } })
      .gif({ delay: [50, 50, 50] })
      .toBuffer(),
  ]),
  mp4: decoded(video, fixtures('modalities/video', '.mp4')),
  mov: decoded(video, fixtures('modalities/video', '.mov')),
  webm: decoded(video, fixtures('modalities/video', '.webm')),
}

const chosen = asked === 'all' ? Object.keys(kinds) : asked.split(',')
for (const name of chosen) {
  const { originals, read } = kinds[name]
  const random = new Random(Number(seed))
  const refused = new Map<string, number>()
  let [wereRead, mistakes, longestMs, slowest] = [0, 0, 0, 0]
  for (let k = 0; k < Number(files); k++) {
    const bytes = damage(originals[k % originals.length], random)
    const began = performance.now()
    try {
      await read(bytes, `${k}.${name}`)
      wereRead++
    } catch (error) {
      if (error instanceof TongganError && aboutTheItem.includes(error.code))
        refused.set(error.code, (refused.get(error.code) ?? 0) + 1)
      else if (mistakes++ < 5) console.log(`${name} ${k}:`, error)
    }
    const tookMs = performance.now() - began
    if (tookMs > longestMs) [longestMs, slowest] = [tookMs, k]
    if ((k + 1) % 500 === 0) console.log(`${name}: ${k + 1} so far`)
  }
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(
    `${name}: ${files} files, seed ${seed}: ${wereRead} read, refused`,
    Object.fromEntries(refused),
    `mistakes ${mistakes}, slowest ${(longestMs / 1000).toFixed(1)} s (file ${slowest}), memory up to ${megabytes} MB`,
  )
  if (mistakes > 0) process.exitCode = 1
}
for (const encoder of [image, audio, motion, video]) await encoder.close()

/** To features, which must be finite. */
function encoded(encoder: Encoder, originals: readonly Uint8Array[]): Kind {
  return {
    originals,
    async read(bytes, name) {
      const features = densify(await encoder.encode([await encoder.decode({ kind: 'file', bytes, name })]))
      if (!features.every(Number.isFinite)) throw new Error('features that are not finite')
    },
  }
}

/** To samples only, where these are pictures, of which `encoded` has seen enough. */
function decoded(encoder: Encoder<Video>, originals: readonly Uint8Array[]): Kind {
  return {
    originals,
    async read(bytes, name) {
      const { frames } = await encoder.decode({ kind: 'file', bytes, name })
      if (frames.length === 0) throw new Error('no frames')
    },
  }
}

/** All rows of a matrix of features. */
function matrix(path: string, originals: readonly Uint8Array[]): Kind {
  return {
    originals,
    async read(bytes) {
      const within = path.endsWith('.npy') ? undefined : 'image'
      const found = await openMatrix(new MapFolder(new Map([[path, bytes]])), path, within)
      await found.read(Array.from({ length: Math.min(found.rows, 100) }, (_, row) => row))
    },
  }
}

/** 6 × 3, as NumPy writes it. */
function npy(): Uint8Array {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 3), }".padEnd(117)
  const start = Uint8Array.of(0x93, ...utf8('NUMPY'), 1, 0, 118, 0, ...utf8(`${header}\n`))
  return Buffer.concat([start, new Uint8Array(Float32Array.from({ length: 18 }, (_, k) => k).buffer)])
}
