// A long encoding that is killed goes on where it was: the same features, and nothing that was kept is encoded again.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openFeatureCache } from '#platform/feature-cache'
import { encode, type Features, openDataset, type SparseChunk, textEncoder } from '../src/index.ts'

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

function run(killAfter = ''): NodeJS.Signals | number | null {
  const { signal, status } = spawnSync(
    process.execPath,
    ['--conditions=tonggan-source', '--input-type=module', '--eval', script, table, log, killAfter],
    { env: { ...process.env, TONGGAN_CACHE: join(root, 'cache') }, timeout: 120_000 },
  )
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

async function allOf(features: Features): Promise<SparseChunk[]> {
  const chunks: SparseChunk[] = []
  for await (const chunk of features.chunks()) chunks.push(chunk as SparseChunk)
  return chunks
}
