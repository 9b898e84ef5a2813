// Every example runs, from the project's own sources, and prints what its opening comment says it prints.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'))

test.each(examples)('examples/%s', (name) => {
  const path = join(root, 'examples', name)
  const promised = /^\/\/ It prints (.+)\.$/m.exec(readFileSync(path, 'utf8'))?.[1]
  const command = ['--conditions=tonggan-source', '--disable-warning=ExperimentalWarning', path]
  const output = execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8' })
  expect(promised, 'the opening comment says what it prints').toBeDefined()
  expect(output).toContain(promised)
})
