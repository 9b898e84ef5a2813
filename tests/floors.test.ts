// The floors of the house are lint rules (biome.json, biome.floors.json). Here a small house breaks each of them on
// purpose: every room imports every other room, and exactly the imports that do not point down must be refused.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const floors = [
  ['spec', 'platform'],
  ['math', 'graph', 'metrics'],
  ['modalities', 'dataset', 'space', 'index'],
  ['transfer', 'retrieval', 'generation'],
  ['planner'],
  ['scenarios'],
  ['server'],
  ['cli'],
]
const rooms = floors.flat()
const floorOf = (room: string) => floors.findIndex((floor) => floor.includes(room))

const root = join(import.meta.dirname, '..')
const house = mkdtempSync(join(tmpdir(), 'tonggan-floors-'))
afterAll(() => rmSync(house, { recursive: true }))

const pairs = rooms.flatMap((from) => rooms.map((to) => ({ from, to })))
const waysOut: [name: string, text: string][] = [
  ['a type', `import type { Own } from '../graph/own.ts'\nexport type Used = Own\n`],
  ['a re-export', `export { own } from '../graph/own.ts'\n`],
  ['an import at run time', `export const used = () => import('../graph/own.ts')\n`],
  ['a deep path', `import { own } from '../graph/ops/own.ts'\nexport const used = own\n`],
  ['the public door', `import { own } from '../index.ts'\nexport const used = own\n`],
  ['the name of the package', `import { own } from 'tonggan'\nexport const used = own\n`],
  ['one side of the platform', `import { own } from '../platform/own.node.ts'\nexport const used = own\n`],
]
const core = [
  'src/graph/fs.ts',
  'src/platform/fs.browser.ts',
  'src/retrieval/fs.ts',
  'src/server/client/fs.ts',
  'src/spec/fs.ts',
]
const nodeSide = [
  'src/server/fs.ts',
  'src/platform/fs.node.ts',
  'src/cli/fs.ts',
  'src/node.ts',
  'src/graph/fs.test.ts',
]

let broken: { file: string; rule: string }[]

beforeAll(() => {
  for (const { from, to } of pairs) {
    const target = from === to ? './own.ts' : `../${to}/own.ts`
    write(`src/${from}/to-${to}.ts`, `import { own } from '${target}'\nexport const used = own\n`)
  }
  for (const [name, text] of waysOut) write(`src/math/by ${name}.ts`, text)
  write('src/graph/session.ts', `import { own } from '#platform/ort'\nexport const used = own\n`)
  write('src/space/a.ts', `import { b } from './b.ts'\nexport const a = () => b\n`)
  write('src/space/b.ts', `import { a } from './a.ts'\nexport const b = () => a\n`)
  for (const path of [...core, ...nodeSide]) {
    write(path, `import { readFileSync } from 'node:fs'\nexport const used = [readFileSync, process.env]\n`)
  }
  broken = lint()
})

test('a room may import lower floors and itself, and nothing else', () => {
  const refused = filesThatBreak('noRestrictedImports')
  const wrong = pairs.filter(({ from, to }) => {
    const allowed = floorOf(to) < floorOf(from) || to === from || (from === 'platform' && to === 'spec')
    return refused.includes(`src/${from}/to-${to}.ts`) === allowed
  })
  expect(wrong).toEqual([])
})

test.each(waysOut)('a floor is not left by %s', (name) => {
  expect(filesThatBreak('noRestrictedImports')).toContain(`src/math/by ${name}.ts`)
})

test('the platform is reached by its own name', () => {
  expect(filesThatBreak('noRestrictedImports')).not.toContain('src/graph/session.ts')
})

test('a cycle is refused, also within a room', () => {
  expect(filesThatBreak('noImportCycles')).toEqual(['src/space/a.ts', 'src/space/b.ts'])
})

test('only the Node side imports Node and uses its globals', () => {
  expect(filesThatBreak('noNodejsModules')).toEqual(core.toSorted())
  expect(filesThatBreak('noRestrictedGlobals')).toEqual(core.toSorted())
})

const filesThatBreak = (rule: string) =>
  broken.flatMap((finding) => (finding.rule === rule ? [finding.file] : [])).toSorted()

function write(path: string, text: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true })
  writeFileSync(join(house, path), text)
}

/** What the project's own rules find in the small house. */
function lint(): { file: string; rule: string }[] {
  for (const config of ['biome.json', 'biome.floors.json']) cpSync(join(root, config), join(house, config))
  const biome = join(root, 'node_modules', '.bin', 'biome')
  const args = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', '.']
  const { stdout } = spawnSync(biome, args, { cwd: house, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string } }[]
  }
  return diagnostics.map(({ category, location }) => ({
    file: location.path,
    rule: category.split('/').at(-1) ?? '',
  }))
}
