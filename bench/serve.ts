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
import sharp from 'sharp'
import { TongganClient } from '../src/client.ts'
import {
  createIndex,
  encode,
  fitSpace,
  imageEncoder,
  openDataset,
  type SearchIndex,
  textEncoder,
} from '../src/index.ts'
import { shapeSvg } from '../tests/shapes.ts'
import { makeRandom, sentence } from './serve/made-up-language.ts'

const connections = Number(process.argv[2] ?? 10)
const seconds = Number(process.argv[3] ?? 15)
const items = Number(process.argv[4] ?? 100_000)
const shown = ['red', 'green', 'blue', 'yellow', 'purple', 'black'] as const
const pictures = Array.from(
  { length: 60 },
  (_, k) => [`${k}.svg`, shapeSvg({ colour: shown[k % 6], shape: 'star', size: 0.4 + k / 100 })] as const,
)
const folder = mkdtempSync(join(tmpdir(), 'tonggan-bench-serve-'))
const random = makeRandom(1)

let child: ChildProcess | undefined
try {
  const { index, spaceFolder, indexFile } = await prepare()
  const server = await serve(spaceFolder, indexFile)
  child = server.child
  await compare(server.address, index)
  const queries = Array.from({ length: 1000 }, () => sentence(random))
  await load('text searches', server.address, queries, {})
  await load('text searches of one view', server.address, queries, { want: 'text.b' })
  const client = new TongganClient(server.address)
  await beside(askWithPictures(client, await photograph()), () =>
    load('text searches while pictures are asked with', server.address, queries, {}),
  )
  await beside(readEmbeddings(client), () =>
    load('text searches while all embeddings are read', server.address, queries, {}),
  )
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
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

async function prepare(): Promise<{ index: SearchIndex; spaceFolder: string; indexFile: string }> {
  const small = await openDataset(new Map([['items.csv', table(1000, pictures.length)], ...pictures]))
  const features = await encode(small, { text: textEncoder(), image: imageEncoder() }, { cache: false })
  const space = await fitSpace(features, { dim: 256, method: 'contrastive', epochs: 1 })
  const spaceFolder = join(folder, 'bench.space')
  await space.save(spaceFolder)
  const index = createIndex(space)
  await index.add(await openDataset(new Map([['items.csv', table(items / 2)]])), { cache: false })
  const indexFile = join(folder, 'bench.index')
  await index.save(indexFile)
  const text = space.modalities.find(({ name }) => name === 'text')
  console.log(`${index.count} items × ${space.dim}, text inputs ${text?.featureDim}`)
  return { index, spaceFolder, indexFile }
}

/** Two sentences a row that share their words, and a picture in the first rows. */
function table(rows: number, withPicture = 0): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const words = sentence(random)
    return `${words},${words.split(' ').reverse().join(' ')},${row < withPicture ? `${row}.svg` : ''}`
  })
  return ['text.a,text.b,image', ...lines].join('\n')
}

/** Does one thing again and again while another goes on, and says how often. */
async function beside(work: AsyncGenerator<string>, other: () => Promise<void>): Promise<void> {
  let isOver = false
  let times = 0
  let what = ''
  const repeated = (async () => {
    for await (what of work) {
      times++
      if (isOver) return
    }
  })()
  await other()
  isOver = true
  await repeated
  console.log(`  beside it: ${times} × ${what}`)
}

/** 12 million pixels of noise as JPEG; a byte after its end makes each another file, since one that was read is known. */
async function photograph(): Promise<Uint8Array> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  const photo = sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'red', noise } })
  return new Uint8Array(await photo.jpeg().toBuffer())
}

async function* askWithPictures(client: TongganClient, photo: Uint8Array): AsyncGenerator<string> {
  for (let k = 0; ; k++) {
    const image = new Blob([new Uint8Array(photo), Uint8Array.of(k % 256, k >> 8)])
    await client.searchFiles('bench', { image }, { k: 10 })
    yield 'a search with a picture of 4000 × 3000'
  }
}

async function* readEmbeddings(client: TongganClient): AsyncGenerator<string> {
  for (;;) {
    const { length } = await client.embeddings('bench', { format: 'float16' })
    yield `${length} numbers`
  }
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
