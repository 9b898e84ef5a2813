// Text searches a second from `tonggan serve` over 100,000 items, asked over HTTP by autocannon from another process
// of the same machine. The space is fitted here, at the size that fits have by default (8,192 inputs, 256 outputs),
// and the items are sentences of a made-up language. One answer is compared with the library's own before.
// Wanted on 2 shared cores: 300 searches/s or more, 99 of 100 within 50 ms, no error; about a minute, most of it
// preparation.
//
//   node --conditions=tonggan-source bench/serve.ts [connections] [seconds] [items]

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { TongganClient } from '../src/client.ts'
import { createIndex, encode, fitSpace, openDataset, type SearchIndex, textEncoder } from '../src/index.ts'
import { makeRandom, sentence } from './serve/made-up-language.ts'

const connections = Number(process.argv[2] ?? 10)
const seconds = Number(process.argv[3] ?? 15)
const items = Number(process.argv[4] ?? 100_000)
const folder = mkdtempSync(join(tmpdir(), 'tonggan-bench-serve-'))
const random = makeRandom(1)

try {
  const { index, spaceFolder, indexFile } = await prepare()
  const server = await serve(spaceFolder, indexFile)
  await compare(server.address, index)
  const queries = Array.from({ length: 1000 }, () => sentence(random))
  await load('text searches', server.address, queries, {})
  await load('text searches of one view', server.address, queries, { want: 'text.b' })
  const client = new TongganClient(server.address)
  const job = await client.startJob(
    { kind: 'fit', name: 'beside', dim: 256, method: 'contrastive', epochs: 1000 },
    new Map([['items.csv', table(2000)]]),
  )
  while ((await client.job(job.id)).progress?.unit !== 'epochs')
    await new Promise((resolve) => setTimeout(resolve, 200))
  await load('text searches while a fit goes on', server.address, queries, {})
  await client.cancelJob(job.id)
  server.child.kill('SIGTERM')
  await once(server.child, 'exit')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function prepare(): Promise<{ index: SearchIndex; spaceFolder: string; indexFile: string }> {
  const small = await openDataset(new Map([['items.csv', table(1000)]]))
  const features = await encode(small, { text: textEncoder() }, { cache: false })
  const space = await fitSpace(features, { dim: 256, method: 'contrastive', epochs: 1 })
  const spaceFolder = join(folder, 'bench.space')
  await space.save(spaceFolder)
  const index = createIndex(space)
  await index.add(await openDataset(new Map([['items.csv', table(items / 2)]])), { cache: false })
  const indexFile = join(folder, 'bench.index')
  await index.save(indexFile)
  console.log(`${index.count} items × ${space.dim}, text inputs ${space.modalities[0].featureDim}`)
  return { index, spaceFolder, indexFile }
}

/** Two sentences a row that share their words. */
function table(rows: number): string {
  const lines = Array.from({ length: rows }, () => {
    const words = sentence(random)
    return `${words},${words.split(' ').reverse().join(' ')}`
  })
  return ['text.a,text.b', ...lines].join('\n')
}

async function serve(space: string, index: string): Promise<{ child: ChildProcess; address: string }> {
  const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
  const words = ['serve', space, '--index', index, '--port', '0', '--json', '--quiet']
  const child = spawn(process.execPath, ['--conditions=tonggan-source', main, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  return { child, address: JSON.parse(String(line)).address }
}

async function compare(address: string, index: SearchIndex): Promise<void> {
  const words = sentence(random)
  const { hits } = await new TongganClient(address).search('bench', { query: { text: words } })
  const own = await index.search({ text: words })
  await index.close()
  if (JSON.stringify(hits.map(({ id }) => id)) !== JSON.stringify(own.map(({ id }) => id))) {
    throw new Error('the server found other items than the library')
  }
}

async function load(
  name: string,
  address: string,
  queries: readonly string[],
  options: object,
): Promise<void> {
  const requests = queries.map((text) => ({
    method: 'POST' as const,
    path: '/v1/spaces/bench/search',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: { text }, k: 10, ...options }),
  }))
  const attempt = { url: address, connections, requests, workers: 1 }
  await autocannon({ ...attempt, duration: 2 })
  const {
    requests: rate,
    latency,
    non2xx,
    errors,
    timeouts,
  } = await autocannon({ ...attempt, duration: seconds })
  console.log(
    `${name}, ${connections} at a time: ${Math.round(rate.average)}/s (wanted 300), median ${latency.p50} ms, 99 % within ${latency.p99} ms (wanted 50), ${non2xx + errors + timeouts} errors`,
  )
}
