// One step of fitting in the browser (forward, symmetric contrastive loss, backward, AdamW) of two 512→1024→256 towers on
// batches of 1,024 pairs, on one thread of WASM: this project beside jax-js and TensorFlow.js, from the same numbers. Wanted:
// at least 2,200 pairs/s, and faster than either.
//
//   node --conditions=tonggan-source bench/browser-fit-step.ts
//
// The peers are no dependencies: npm puts them into a temporary folder, and one that cannot be had is said to be missing. The
// page is not cross-origin isolated, so that nobody has threads. All must show the same losses before any is timed; runs
// then follow one another in turn, so that other work on the machine touches all alike.

import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPage, whyNoBrowser } from '../tests/browser/harness.ts'
import type { PeerName } from './kit/browser-steps.page.ts'
import { median } from './kit/measured.ts'
import { markdownTable } from './kit/table.ts'

const batch = 1024
const wantedPairsPerSecond = 2200
const firstSteps = 3
const runs = 5
const stepsARun = 2

const packages: Readonly<Record<Exclude<PeerName, 'tonggan'>, readonly string[]>> = {
  jax: ['@jax-js/jax'],
  tensorflow: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'],
}
const titles = { tonggan: 'Tonggan', jax: 'jax-js, WASM', tensorflow: 'TensorFlow.js, WASM' }

if (whyNoBrowser) console.log(`left out: ${whyNoBrowser}`)
else await measure()

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tonggan-peers-'))
  try {
    const names = ['tonggan', ...install(folder)] as PeerName[]
    const page = await openPage('bench/kit/browser-steps.page.ts', {
      isolated: false,
      vite: {
        publicDir: join(folder, 'public'),
        resolve: { conditions: ['tonggan-source', 'browser', 'module'], alias: aliases(folder) },
      },
    })
    try {
      const losses = new Map<PeerName, number[]>()
      for (const name of names) losses.set(name, await page.call('start', name, firstSteps))
      requireEqual(losses)
      const times = new Map(names.map((name) => [name, [] as number[]]))
      for (let run = 0; run < runs; run++) {
        for (const name of names) times.get(name)!.push(await page.call('time', name, stepsARun))
      }
      console.log(
        `Chromium, one thread, batches of ${batch}, medians of ${runs} interleaved runs of ${stepsARun} steps\n`,
      )
      console.log(table(folder, times))
    } finally {
      await page.close()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The peers that npm can give. */
function install(folder: string): string[] {
  mkdirSync(join(folder, 'public', 'tfjs'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  return Object.entries(packages).flatMap(([name, wanted]) => {
    try {
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted], {
        cwd: folder,
        stdio: 'pipe',
      })
    } catch (error) {
      console.log(
        `${name} is missing: ${
          String((error as { stderr?: unknown }).stderr)
            .trim()
            .split('\n')[0]
        }\n`,
      )
      return []
    }
    if (name === 'tensorflow') {
      const runtimes = join(folder, 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out')
      cpSync(runtimes, join(folder, 'public', 'tfjs'), { recursive: true })
    }
    return [name]
  })
}

/** Where a peer is missing, its name leads nowhere, and the page never asks for it. */
function aliases(folder: string): Record<string, string> {
  const nowhere = join(folder, 'nowhere.js')
  writeFileSync(nowhere, 'export {}\n')
  const at = (path: string) => {
    const file = join(folder, 'node_modules', path)
    return existsSync(file) ? file : nowhere
  }
  return {
    '#peers/jax': at('@jax-js/jax'),
    '#peers/tfjs-wasm': at('@tensorflow/tfjs-backend-wasm'),
    '#peers/tfjs-gradients': at('@tensorflow/tfjs-core/dist/register_all_gradients.js'),
    '#peers/tfjs': at('@tensorflow/tfjs-core'),
  }
}

function requireEqual(losses: ReadonlyMap<PeerName, number[]>): void {
  const own = losses.get('tonggan')!
  for (const [name, theirs] of losses) {
    const differs = theirs.some((loss, k) => !(Math.abs(loss - own[k]) < 1e-3 * Math.abs(own[k])))
    if (differs)
      throw new Error(
        `${name} does another step: its losses are ${theirs.join(', ')}, ours ${own.join(', ')}`,
      )
  }
  if (!(own[firstSteps - 1] < own[0])) throw new Error(`nothing is learned: the losses are ${own.join(', ')}`)
}

function table(folder: string, times: ReadonlyMap<PeerName, readonly number[]>): string {
  const own = times.get('tonggan')!
  const rows = Array.from(times, ([name, ms]) => {
    const isOwn = name === 'tonggan'
    const step = median(ms)
    return [
      isOwn ? titles[name] : `${titles[name]} ${versionOf(folder, name)}`,
      step.toFixed(0),
      Math.round((1000 * batch) / step).toLocaleString('en'),
      isOwn ? '–' : median(ms.map((theirs, k) => theirs / own[k])).toFixed(2),
      isOwn ? `≥ ${wantedPairsPerSecond.toLocaleString('en')} pairs/s` : '> 1.00',
    ]
  })
  return markdownTable(['step by', 'ms', 'pairs/s', "× its time to Tonggan's", 'wanted'], rows)
}

function versionOf(folder: string, name: Exclude<PeerName, 'tonggan'>): string {
  const [first] = packages[name]
  return JSON.parse(readFileSync(join(folder, 'node_modules', first, 'package.json'), 'utf8')).version
}
