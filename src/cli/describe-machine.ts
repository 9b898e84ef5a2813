// What this machine can run: engines and devices, decoders, the cache of features, with the remedy for each that is
// missing.

import { readFile } from 'node:fs/promises'
import { arch, availableParallelism, platform, totalmem } from 'node:os'
import { describeCache } from '#platform/feature-cache'
import { describeMovieDecoder } from '#platform/movie'
import { describeEngines } from '#platform/ort'
import { transformers } from '../modalities/hub/transformers.ts'
import { shortNames } from '../modalities/registry.ts'
import type { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityNames } from '../spec/modality.ts'

/** One thing that this machine can or cannot do. */
export interface MachinePart {
  readonly kind: 'engine' | 'decoder' | 'encoder' | 'peer' | 'cache'
  readonly name: string
  readonly available: boolean
  /** Version, threads, place. */
  readonly detail?: string
  /** What to do where it is not available. */
  readonly remedy?: string
}

/** The machine as `tonggan doctor` tells of it. */
export interface Machine {
  readonly version: string
  readonly node: string
  /** Operating system and processor. */
  readonly system: string
  readonly parts: readonly MachinePart[]
}

/** Looks at every engine, decoder and encoder, and at the cache. It computes a sum or two, and writes nothing. */
export async function describeMachine(): Promise<Machine> {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  return {
    version: await ownVersion(),
    node: process.versions.node,
    system: `${platform()} ${arch()}, ${availableParallelism()} cores, ${gibibytes} GiB`,
    parts: [
      ...(await engines()),
      await pictures(),
      sounds,
      await movies(),
      ...encoders(),
      await pretrained(),
      await cache(),
    ],
  }
}

/** Of this package. */
export async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

async function engines(): Promise<MachinePart[]> {
  return (await describeEngines()).map(({ engine, device, available, version, threads, remedy }) => ({
    kind: 'engine',
    name: `${engine} (${device})`,
    available,
    detail: available ? [version, threads && `${threads} threads`].filter(Boolean).join(', ') : undefined,
    remedy,
  }))
}

/** Sounds are decoded by WASM that comes with the package and runs wherever Node does. */
const sounds: MachinePart = {
  kind: 'decoder',
  name: 'sounds',
  available: true,
  detail: 'wav, mp3, flac, ogg (vorbis, opus)',
}

/** Pictures are decoded by sharp, whose binary the installer chooses for this machine. */
async function pictures(): Promise<MachinePart> {
  try {
    const { default: sharp } = await import('sharp')
    const formats = ['png', 'jpeg', 'webp', 'heif', 'gif', 'svg'] as const
    const readable = formats.filter((format) => sharp.format[format]?.input.buffer)
    return {
      kind: 'decoder',
      name: 'pictures',
      available: true,
      detail: `${readable.join(', ').replace('heif', 'avif')} by sharp ${sharp.versions.sharp}`,
    }
  } catch (error) {
    return {
      kind: 'decoder',
      name: 'pictures',
      available: false,
      remedy: `run \`npm install --include=optional sharp\` (${(error as Error).message.split('\n')[0]})`,
    }
  }
}

/** Movies are decoded by the host's ffmpeg, or by WebCodecs where a program brought them. */
async function movies(): Promise<MachinePart> {
  const { name, remedy } = await describeMovieDecoder()
  return {
    kind: 'decoder',
    name: 'videos',
    available: name !== undefined,
    detail: name && `mp4, mov, webm, mkv by ${name}`,
    remedy,
  }
}

function encoders(): MachinePart[] {
  return modalityNames.map((modality: ModalityName) => {
    const names = shortNames(modality)
    return {
      kind: 'encoder',
      name: `encode ${modality}`,
      available: names.length > 0,
      detail: names.join(', ') || undefined,
      remedy: names.length > 0 ? undefined : 'none is built in; use precomputed features (features:PATH#ROW)',
    }
  })
}

/** Pretrained models are run by transformers.js, which whoever uses them installs. */
async function pretrained(): Promise<MachinePart> {
  const name = 'pretrained encoders'
  try {
    const { env } = await transformers()
    return { kind: 'peer', name, available: true, detail: `transformers.js ${env.version}` }
  } catch (error) {
    return { kind: 'peer', name, available: false, remedy: (error as TongganError).facts.remedy }
  }
}

async function cache(): Promise<MachinePart> {
  const { folder, bytes, encoders, remedy } = await describeCache()
  const size = bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KiB` : `${Math.round(bytes / 2 ** 20)} MiB`
  return {
    kind: 'cache',
    name: 'features kept between runs',
    available: folder !== undefined,
    detail: folder && `${folder}, ${size} of ${encoders} encoders`,
    remedy,
  }
}
