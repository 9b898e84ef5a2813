// 10,000 malformed requests against a server in a process of its own: none may be answered with a 500, every operation
// must be reached so that it succeeds and so that it refuses, and the server must answer a plain request after. Prints how
// many there were of each status by operation, and the most memory that the server held. About a minute.
//
//   node --conditions=tonggan-source bench/fuzz-serve.ts [requests] [seed]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
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
  const client = new TongganClient(address)
  const path = relative(folder, table)
  const names = { space: 'served', position: '0', file: 'space.json', path, table: path, name: 'fuzzed' }
  const answers = new Map<string, Map<string, number>>()
  for (let done = 0; done < requests; done += atATime) {
    const known = { ...names, job: await someJob(client) }
    const batch = Array.from({ length: Math.min(atATime, requests - done) }, () => fuzzer.next(known))
    await Promise.all(
      batch.map(async ({ operation, bytes }) => {
        const status = String(await send(address, bytes))
        const row = answers.get(operation) ?? new Map<string, number>()
        answers.set(operation, row.set(status, (row.get(status) ?? 0) + 1))
      }),
    )
  }
  const { hits } = await client.search('served', { query: { text: 'red circle' } })
  const sum = (row: Map<string, number>, first: string) =>
    [...row].reduce((total, [status, count]) => total + (status.startsWith(first) ? count : 0), 0)
  console.table(
    Object.fromEntries([...answers].sort().map(([name, row]) => [name, Object.fromEntries([...row].sort())])),
  )
  const unreached = [...answers].filter(
    ([name, row]) => !name.startsWith('other') && (sum(row, '2') === 0 || sum(row, '4') === 0),
  )
  const broken = [...answers.values()].reduce((total, row) => total + sum(row, '500'), 0)
  console.log(
    `${requests} requests, seed ${seed}; answered with 500: ${broken}; mistakes in the log: ${mistakes}; ` +
      `never succeeded or never refused: ${unreached.map(([name]) => name).join(', ') || 'none'}; ` +
      `after: ${hits.length} hits; ${mostMemory(child.pid)}`,
  )
  if (broken > 0 || mistakes > 0 || unreached.length > 0 || hits.length === 0 || child.exitCode !== null)
    process.exitCode = 1
  child.kill('SIGTERM')
  await once(child, 'exit')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** One that the server knows, started where there is none: old ones are forgotten. */
async function someJob(client: TongganClient): Promise<string> {
  const [job] = await client.jobs()
  return (job ?? (await client.startJob({ kind: 'evaluate', space: 'served' }))).id
}

/** As Linux tells it, of the server's own process. */
function mostMemory(pid: number | undefined): string {
  try {
    return `most memory ${/VmHWM:\s*(.+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]}`
  } catch {
    return 'most memory unknown'
  }
}
