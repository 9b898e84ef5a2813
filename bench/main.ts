// `npm run bench`: every measurement of this folder, one after the other, so that none disturbs another. Each prints
// its own figures and bounds; `npm run bench -- search` runs only those whose name holds a given word. With `--write` what they
// print also goes into docs/benchmarks.md, each in its own section; those that did not run keep theirs.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BenchmarksPage } from './kit/benchmarks-page.ts'

const parameters = process.argv.slice(2)
const words = parameters.filter((parameter) => parameter !== '--write')
const page = parameters.includes('--write') ? BenchmarksPage.open() : undefined
const measurements = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))

for (const name of measurements) {
  console.log(`\n— ${name}`)
  const command = ['--conditions=tonggan-source', join(import.meta.dirname, name)]
  const began = performance.now()
  const { status, stdout } = spawnSync(process.execPath, command, {
    stdio: ['ignore', page ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (page) process.stdout.write(stdout)
  if (status !== 0) process.exitCode = 1
  else page?.put(name, stdout, (performance.now() - began) / 1000)
}
