// `npm run bench`: every measurement of this folder, one after the other, so that none disturbs another. Each prints
// its own figures and bounds; `npm run bench -- search` runs only those whose name holds a given word.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const words = process.argv.slice(2)
const measurements = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))

for (const name of measurements) {
  console.log(`\n— ${name}`)
  const command = ['--conditions=tonggan-source', join(import.meta.dirname, name)]
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
