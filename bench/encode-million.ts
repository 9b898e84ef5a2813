// A million short texts through the built-in text encoder: peak memory, rate, and what two kills cost. Four processes:
// one in one go; one killed after 300,000 items, one after 700,000, one that ends what they began. Wanted: less than
// 1.5 GiB each, the same features, and encoded again at most what was under way at a kill. About five minutes and 1 GB
// of disk in the system's temporary folder; `ITEMS` makes it smaller.
//
//   node --conditions=tonggan-source bench/encode-million.ts [ITEMS]

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode, openDataset, type SparseChunk, textEncoder } from '../src/index.ts'
import { openFeatureCache } from '../src/platform/feature-cache.node.ts'

interface Run {
  readonly encoded: number
  readonly reused: number
  readonly peakMiB: number
  readonly seconds: number
  /** Absent where it was killed. */
  readonly features?: string
}

const wantedMiB = 1536

if (process.argv[2] === 'run')
  await encodeOnce(process.argv[3], process.argv[4], Number(process.argv[5] ?? 0))
else measure(Number(process.argv[2] ?? 1_000_000))

function measure(items: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'tonggan-million-'))
  try {
    const table = join(folder, 'items.csv')
    writeFileSync(table, texts(items))
    const inOneGo = start(table, join(folder, 'one'))
    tell('in one go', inOneGo)
    const parts = [0.3 * items, 0.7 * items, 0].map((killAt) => start(table, join(folder, 'killed'), killAt))
    parts.forEach((part, k) => {
      tell(['killed', 'killed again', 'ended'][k], part)
    })
    const twice = parts.reduce((sum, { encoded }) => sum + encoded, 0) - items
    const peak = Math.max(inOneGo.peakMiB, ...parts.map(({ peakMiB }) => peakMiB))
    const same = parts[2].features === inOneGo.features
    console.log(
      `encoded twice: ${twice} of ${items}; features the same: ${same}; peak ${peak} MiB (wanted: ${wantedMiB})`,
    )
    if (!same || peak > wantedMiB || twice > 4 * textEncoder().batchSize) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function tell(what: string, { encoded, reused, peakMiB, seconds }: Run): void {
  const rate = Math.round((encoded + reused) / seconds)
  console.log(`${what}: ${encoded} encoded, ${reused} kept from before, ${rate} items/s, peak ${peakMiB} MiB`)
}

function start(table: string, cache: string, killAt = 0): Run {
  const page = import.meta.filename
  const command = ['--conditions=tonggan-source', page, 'run', table, cache, String(killAt)]
  const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  if (!stdout) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Encodes, and tells as one line of JSON what it did; killed after `killAt` items, where that is not 0. */
async function encodeOnce(table: string, cache: string, killAt: number): Promise<void> {
  const inner = textEncoder()
  let [encoded, reused] = [0, 0]
  const text = {
    ...inner,
    encode(items: Parameters<typeof inner.encode>[0]) {
      encoded += items.length
      return inner.encode(items)
    },
  }
  const began = performance.now()
  const tell = (features?: string) => {
    const { maxRSS } = process.resourceUsage()
    const seconds = (performance.now() - began) / 1000
    const run: Run = { encoded, reused, peakMiB: Math.round(maxRSS / 1024), seconds, features }
    process.stdout.write(JSON.stringify(run))
  }
  const dataset = await openDataset(table)
  const { views } = await encode(
    dataset,
    { text },
    {
      cache: openFeatureCache(cache),
      onProgress({ done, facts }) {
        reused = Number(facts?.reused)
        if (killAt === 0 || done < killAt) return
        tell()
        process.kill(process.pid, 'SIGKILL')
      },
    },
  )
  const hash = createHash('sha256')
  for await (const chunk of views[0].features.chunks()) {
    const { rowStarts, columns, values } = chunk as SparseChunk
    for (const { buffer } of [rowStarts, columns, values]) hash.update(new Uint8Array(buffer as ArrayBuffer))
  }
  tell(hash.digest('hex'))
}

/** Short texts, no two alike. */
function texts(items: number): string {
  const words =
    'cat dog red blue apple house river 猫 苹果 sky green train bird song night light stone paper wind fire'
  const list = words.split(' ')
  const lines = Array.from({ length: items }, (_, k) => {
    const mixed = Math.imul(k, 2654435761) >>> 0
    return `${[0, 5, 10].map((shift) => list[(mixed >>> shift) % list.length]).join(' ')} number ${k}`
  })
  return `text\n${lines.join('\n')}\n`
}
