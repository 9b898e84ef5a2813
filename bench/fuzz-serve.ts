// 10,000 malformed requests against a server in a process of its own: none may be answered with a 500, and it must
// answer a plain request after. Prints how many there were of each status. About a minute.
//
//   node --conditions=tonggan-source bench/fuzz-serve.ts [requests] [seed]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TongganClient } from '../src/client.ts'
import { RequestFuzzer, send } from '../tests/fuzz-requests.ts'
import { serveShapes } from '../tests/served-shapes.ts'

const requests = Number(process.argv[2] ?? 10_000)
const seed = Number(process.argv[3] ?? 1)
const atATime = 16

const folder = mkdtempSync(join(tmpdir(), 'tonggan-fuzz-'))
try {
  const { space, index, table } = await serveShapes(folder)
  const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
  const words = [
    'serve',
    space,
    '--index',
    index,
    '--table',
    table,
    '--data',
    folder,
    '--port',
    '0',
    '--json',
  ]
  const child = spawn(process.execPath, ['--conditions=tonggan-source', main, ...words])
  let mistakes = 0
  child.stderr.on('data', (lines) => {
    if (String(lines).includes('"stack"')) console.log(String(lines).trim().slice(0, 2000), mistakes++)
  })
  const [line] = await once(child.stdout, 'data')
  const { address } = JSON.parse(String(line))
  const document = await (await fetch(`${address}/openapi.json`)).json()
  const fuzzer = new RequestFuzzer(document, seed)
  const statuses = new Map<string, number>()
  for (let done = 0; done < requests; done += atATime) {
    const batch = Array.from({ length: Math.min(atATime, requests - done) }, () => fuzzer.next())
    for (const status of await Promise.all(batch.map((bytes) => send(address, bytes)))) {
      statuses.set(String(status), (statuses.get(String(status)) ?? 0) + 1)
    }
  }
  const { hits } = await new TongganClient(address).search('served', { query: { text: 'red circle' } })
  console.log(`${requests} requests, seed ${seed}:`, Object.fromEntries([...statuses].sort()))
  console.log(
    `answered with 500: ${statuses.get('500') ?? 0}; mistakes in the log: ${mistakes}; after: ${hits.length} hits`,
  )
  if (statuses.has('500') || mistakes > 0 || hits.length === 0 || child.exitCode !== null)
    process.exitCode = 1
  child.kill('SIGTERM')
  await once(child, 'exit')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
