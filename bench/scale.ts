// From 1,000 to 300,000 pairs of a picture and its description: the time that encoding and fitting take, and the memory of
// the process at its peak, each size in a process of its own. Pictures go through the built-in encoder, whose features
// would fill 5 GB at 300,000; they are kept on disk and streamed. Wanted: time per pair does not grow, and less than 4 GiB.
//
// Descriptions name what is drawn (one of eight colours, three shapes, three sizes, nine places), so that there is something to learn;
// the last tenth is never seen, and mAP by what is drawn says that something was.
//
//   node --conditions=tonggan-source bench/scale.ts [SIZE...]     about half an hour and 12 GB of disk for all

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { encode, evaluate, fitSpace, imageEncoder, textEncoder } from '../src/index.ts'
import { Random } from '../src/math/random.ts'
import { openFeatureCache } from '../src/platform/feature-cache.node.ts'
import type { Dataset, Row } from '../src/spec/dataset.ts'
import { markdownTable } from './kit/table.ts'

interface Run {
  readonly encodeSeconds: number
  readonly fitSeconds: number
  readonly peakMiB: number
  readonly map: number
}

const wantedMiB = 4096
const size = 32
const tested = 1000

const colours = {
  red: [220, 40, 40],
  orange: [240, 150, 30],
  yellow: [240, 230, 60],
  green: [50, 170, 70],
  blue: [50, 80, 220],
  purple: [140, 60, 190],
  grey: [130, 130, 130],
  black: [20, 20, 20],
}
const shapes = {
  circle: (x: number, y: number) => x * x + y * y < 1,
  square: (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y)) < 0.85,
  cross: (x: number, y: number) =>
    Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
}
const sizes = { small: 4, medium: 6, large: 9 }
const places = [
  'top left',
  'top',
  'top right',
  'left',
  'middle',
  'right',
  'bottom left',
  'bottom',
  'bottom right',
]

const [first, count, folder] = process.argv.slice(2)
if (first === 'run') process.stdout.write(JSON.stringify(await run(Number(count), folder)))
else measure(process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000, 10_000, 100_000, 300_000])

function measure(counts: readonly number[]): void {
  const rows: string[][] = []
  for (const pairs of counts) {
    const cache = mkdtempSync(join(tmpdir(), 'tonggan-scale-'))
    try {
      const command = ['--conditions=tonggan-source', import.meta.filename, 'run', String(pairs), cache]
      const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
      if (!stdout) throw new Error(stderr)
      const { encodeSeconds, fitSeconds, peakMiB, map } = JSON.parse(stdout) as Run
      const perPair = (1000 * fitSeconds) / pairs
      rows.push([
        pairs.toLocaleString('en'),
        encodeSeconds.toFixed(1),
        fitSeconds.toFixed(1),
        perPair.toFixed(2),
        String(peakMiB),
        map.toFixed(3),
      ])
      if (peakMiB > wantedMiB) process.exitCode = 1
    } finally {
      rmSync(cache, { recursive: true })
    }
  }
  console.log(
    markdownTable(
      ['pairs', 'encode, s', 'fit, s', 'fit, ms a pair', 'peak, MiB (wanted: 4096)', 'mAP image>text'],
      rows,
    ),
  )
}

async function run(pairs: number, cache: string): Promise<Run> {
  const began = performance.now()
  const features = await encode(
    drawn(pairs + tested, pairs),
    { image: imageEncoder(), text: textEncoder() },
    { cache: openFeatureCache(cache) },
  )
  const encoded = performance.now()
  const space = await fitSpace(features)
  const fitted = performance.now()
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024)
  const { pairs: report } = await evaluate(space, features, { split: 'test' })
  return {
    encodeSeconds: (encoded - began) / 1000,
    fitSeconds: (fitted - encoded) / 1000,
    peakMiB,
    map: report['image>text'].map!,
  }
}

/** A table that draws its pictures when they are asked for. */
function drawn(count: number, trained: number): Dataset {
  const rows = Array.from({ length: count }, (_, k): Row => {
    const { colour, shape, extent, place } = facts(k)
    const label = `${extent} ${colour} ${shape}, ${place}`
    return {
      id: String(k),
      label,
      split: k < trained ? 'train' : 'test',
      number: k + 1,
      cells: { image: String(k), text: `${label}, number ${k}` },
    }
  })
  return {
    name: 'drawn',
    rows,
    views: [
      { name: 'image', modality: 'image', source: 'raw' },
      { name: 'text', modality: 'text', source: 'raw' },
    ],
    problems: [],
    splits: 'written',
    read: async (row, view) =>
      view === 'text'
        ? { kind: 'words', words: row.cells.text }
        : { kind: 'file', bytes: await picture(Number(row.cells.image)), name: `${row.id}.png` },
    readPrecomputed: async () => {
      throw new Error('nothing is precomputed')
    },
  }
}

function facts(k: number) {
  const random = new Random(k, 7)
  const pick = <Name extends string>(names: readonly Name[]) => names[random.integer(names.length)]
  return {
    random,
    colour: pick(Object.keys(colours) as (keyof typeof colours)[]),
    shape: pick(Object.keys(shapes) as (keyof typeof shapes)[]),
    extent: pick(Object.keys(sizes) as (keyof typeof sizes)[]),
    place: pick(places),
  }
}

/** PNG. */
async function picture(k: number): Promise<Uint8Array> {
  const { random, colour, shape, extent, place } = facts(k)
  const at = places.indexOf(place)
  const [x, y] = [at % 3, Math.floor(at / 3)].map((third) => 9 + third * 7 + 2 * (random.uniform() - 0.5))
  const radius = sizes[extent] * (0.9 + 0.2 * random.uniform())
  const pixels = new Uint8Array(size * size * 3)
  for (let p = 0; p < size * size; p++) {
    const inside = shapes[shape](((p % size) - x) / radius, (Math.floor(p / size) - y) / radius)
    for (let c = 0; c < 3; c++)
      pixels[3 * p + c] = (inside ? colours[colour][c] : 235) + 12 * random.uniform()
  }
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer()
}
