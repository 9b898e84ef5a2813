// Pieces of code a second through the code encoder, cutting included: commands of a line, and files of this project.
// Wanted on one core: 20,000 commands a second. Plain code, one thread, no engine.
//
//   node --conditions=tonggan-source bench/encode-code.ts

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeEncoder } from '../src/modalities/code/code-encoder.ts'

const runs = 5
const encoder = codeEncoder()

const commands = Array.from(
  { length: 20_000 },
  (_, k) =>
    `git log --max-count=${k} --author "person ${k % 97}" -- path/to/file${k % 53}.ts | grep -in fix > out${k}.txt`,
)
const folder = join(import.meta.dirname, '../src/graph/ops')
const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))

console.log(`median of ${runs} runs`)
await measure('commands of a line', commands, 20_000)
await measure('files of source', Array(20).fill(files).flat())

async function measure(what: string, items: readonly string[], wanted?: number): Promise<void> {
  const characters = items.reduce((sum, { length }) => sum + length, 0)
  const times: number[] = []
  for (let run = 0; run <= runs; run++) {
    const began = performance.now()
    for (let from = 0; from < items.length; from += encoder.batchSize) {
      const batch = items.slice(from, from + encoder.batchSize)
      const decoded = await Promise.all(batch.map((words) => encoder.decode({ kind: 'words', words })))
      await encoder.encode(decoded)
    }
    times.push(performance.now() - began)
  }
  const ms = times.slice(1).toSorted((a, b) => a - b)[runs >> 1] // the first run warms up
  const bound = wanted ? ` (wanted: ${wanted})` : ''
  console.log(
    `${items.length} ${what}: ${Math.round((items.length * 1000) / ms)}/s${bound}, ` +
      `${(characters / ms / 1000).toFixed(1)} million characters/s`,
  )
}
