// A long encoding that is killed goes on where it was: the same features, and nothing that was kept is encoded again.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { openFeatureCache } from '#platform/feature-cache'
import {
  encode,
  type FeatureChunk,
  type Features,
  imageEncoder,
  openDataset,
  textEncoder,
} from '../src/index.ts'

const root = mkdtempSync(join(tmpdir(), 'tonggan-resume-'))
afterAll(() => rmSync(root, { recursive: true }))

const items = 3000
const table = join(root, 'items.csv')
const log = join(root, 'encoded.log')

/** Encodes, writing down what it encodes before it does, and kills itself after so many items. */
const script = `
import { appendFileSync } from 'node:fs'
const { encode, openDataset, textEncoder } = await import(${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))})
const [table, log, killAfter] = process.argv.slice(1)
const inner = textEncoder({ columns: 256 })
const text = {
  ...inner,
  decode: async (item) => item.words,
  encode: async (words) => {
    appendFileSync(log, words.join('\\n') + '\\n')
    return inner.encode(await Promise.all(words.map((each) => inner.decode({ kind: 'words', words: each }))))
  },
}
const onProgress = ({ done }) => {
  if (killAfter && done >= Number(killAfter)) process.kill(process.pid, 'SIGKILL')
}
await encode(await openDataset(table), { text }, { onProgress })
`

/** Runs a script in a process of its own, whose features are kept in `cache`. */
function runScript(code: string, parameters: readonly string[], cache: string) {
  return spawnSync(
    process.execPath,
    ['--conditions=tonggan-source', '--input-type=module', '--eval', code, ...parameters],
    { env: { ...process.env, TONGGAN_CACHE: join(root, cache) }, timeout: 120_000, encoding: 'utf8' },
  )
}

function run(killAfter = ''): NodeJS.Signals | number | null {
  const { signal, status } = runScript(script, [table, log, killAfter], 'cache')
  return signal ?? status
}

test('killed twice and run again: the same features, nothing kept encoded twice', async () => {
  const words = Array.from({ length: items }, (_, k) => `item ${k} 第${k}件`)
  writeFileSync(table, `text\n${words.join('\n')}\n`)
  expect(run('1000')).toBe('SIGKILL')
  expect(run('2200')).toBe('SIGKILL')
  expect(run()).toBe(0)
  const encoded = readFileSync(log, 'utf8').trim().split('\n')
  expect(new Set(encoded).size).toBe(items)
  // What a kill may cost: the batch that was being encoded and the one before, not yet written.
  expect(encoded.length - items).toBeLessThanOrEqual(2 * 2 * textEncoder().batchSize)
  expect(run()).toBe(0)
  expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(encoded.length)

  const dataset = await openDataset(table)
  const text = textEncoder({ columns: 256 })
  const kept = openFeatureCache(join(root, 'cache'))!
  const [resumed] = (await encode(dataset, { text }, { cache: kept })).views
  const [afresh] = (await encode(dataset, { text }, { cache: false })).views
  expect(await allOf(resumed.features)).toEqual(await allOf(afresh.features))
}, 300_000)

/** Encodes pictures in two workers, says at the end how many were kept from before, and kills itself after so many. */
const workersScript = `
const { encode, makeEncoder, openDataset } = await import(${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))})
const [table, killAfter] = process.argv.slice(1)
const image = await makeEncoder('image', { id: 'builtin', parameters: { size: 32 } }, { workers: 2 })
let reused
const onProgress = ({ done, facts }) => {
  reused = facts.reused
  if (killAfter && done >= Number(killAfter)) process.kill(process.pid, 'SIGKILL')
}
await encode(await openDataset(table), { image }, { onProgress })
await image.close()
console.log(reused)
`

test('the same with several workers, which end with the process that is killed', async () => {
  const pictures = 600
  const names = Array.from({ length: pictures }, (_, k) => `${k}.png`)
  for (const [k, name] of names.entries()) {
    const background = { r: k % 256, g: k >> 8, b: 99 }
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background } })
    writeFileSync(join(root, name), await picture.png().toBuffer())
  }
  const table = join(root, 'pictures.csv')
  writeFileSync(table, `image\n${names.join('\n')}\n`)
  const cache = 'workers-cache'
  const runWith = (killAfter = '') => runScript(workersScript, [table, killAfter], cache)
  expect(runWith('400').signal).toBe('SIGKILL')
  const resumed = runWith()
  expect(resumed.stderr).toBe('')
  const reused = Number(resumed.stdout)
  // What a kill may cost: a batch in each worker, the one that was written last and the one that fills.
  const image = imageEncoder({ size: 32 })
  expect(reused).toBeGreaterThanOrEqual(400 - 4 * image.batchSize)
  expect(reused).toBeLessThan(pictures)
  expect(Number(runWith().stdout)).toBe(pictures)

  const dataset = await openDataset(table)
  const [kept] = (await encode(dataset, { image }, { cache: openFeatureCache(join(root, cache))! })).views
  const [afresh] = (await encode(dataset, { image }, { cache: false })).views
  expect(await allOf(kept.features)).toEqual(await allOf(afresh.features))
}, 300_000)

async function allOf(features: Features): Promise<FeatureChunk[]> {
  const chunks: FeatureChunk[] = []
  for await (const chunk of features.chunks()) chunks.push(chunk)
  return chunks
}
