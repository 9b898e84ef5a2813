// The two READMEs say the same, and their TypeScript and commands run as they stand, on a small world of coloured shapes in place
// of the emoji table.

import { execSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commands } from '../src/cli/run-command.ts'
import { presets } from '../src/hub.ts'
import { shapePng, writeShapes } from './shapes.ts'

const root = join(import.meta.dirname, '..')
const english = readFileSync(join(root, 'README.md'), 'utf8')
const chinese = readFileSync(join(root, 'README.zh-CN.md'), 'utf8')

test('both languages have the same sections and tables', () => {
  expect(outline(chinese)).toEqual(outline(english))
})

test('both languages show the same code', () => {
  const withoutComments = (block: string) => block.replaceAll(/\s*(\/\/|#) .*$/gm, '')
  expect(codeBlocks(chinese).map(withoutComments)).toEqual(codeBlocks(english).map(withoutComments))
})

test.each([english, chinese])(
  'the table of commands names every command and option, and no other',
  (text) => {
    const rows = [...text.matchAll(/^\| `tonggan (\w+) ?(.*?)` \| (.*) \|$/gm)]
    const told = rows.map(([, name, parameters, said]) => {
      const options = [...said.matchAll(/`--?([\w-]+)/g)].map(([, option]) => option)
      return { name, parameters, options: options.sort() }
    })
    const known = commands.map(({ name, parameters, options }) => ({
      name,
      parameters: parameters.map((parameter) => `<${parameter}>`).join(' '),
      options: options.map((option) => option.name).sort(),
    }))
    expect(told).toEqual(known)
  },
)

test.each([english, chinese])('the table of presets names each with its model', (text) => {
  const rows = [...text.matchAll(/^\| (`[^|]*`) \| [^|]* \| (`Xenova[^|]*) \|$/gm)]
  const inTicks = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  const told = rows.flatMap(([, names, models]) =>
    inTicks(names).map((name, k) => [name, inTicks(models)[k]]),
  )
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(Object.entries(presets).map(([name, { model }]) => [name, model])),
  )
})

const folder = mkdtempSync(join(tmpdir(), 'tonggan-readme-'))
const environment = { ...process.env, TONGGAN_CACHE: join(folder, 'cache') }
const fromSource = `node --conditions=tonggan-source ${join(root, 'src/cli/main.ts')}`
/** Of a version that knows `--json`. */
const hasCurl = spawnSync('curl', ['--json', '{}', '--version']).status === 0
beforeAll(async () => {
  writeShapes(join(folder, 'emoji'))
  writeFileSync(join(folder, 'drawing.png'), await shapePng({ colour: 'red', shape: 'circle' }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'tonggan'), 'junction')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('its TypeScript runs, and finds the name of the drawing', { timeout: 120_000 }, () => {
  const blocks = codeBlocks(english, 'ts').filter((block) => !block.includes('tonggan/client'))
  writeFileSync(join(folder, 'block.ts'), blocks.join('\n'))
  expect(run(`node --conditions=tonggan-source block.ts`)).toContain('red circle')
})

test('its commands run', { timeout: 180_000 }, () => {
  const commands = shellLines(/^npx tonggan (?!serve).*$/gm)
  expect(commands).not.toHaveLength(0)
  for (const command of commands)
    expect(run(command.replace('npx tonggan', fromSource)), command).not.toBe('')
})

test('its server answers what it says to ask, from the shell and from a program', {
  timeout: 120_000,
}, async () => {
  const [command] = shellLines(/^npx tonggan serve .*$/gm)
  const [, ...words] = command.replace('7777', '0').replace('npx tonggan', fromSource).split(' ')
  const child = spawn(process.execPath, [...words, '--json', '--quiet'], { cwd: folder, env: environment })
  try {
    const [line] = await once(child.stdout, 'data')
    const { port } = new URL(JSON.parse(String(line)).address)
    const curls = hasCurl ? shellLines(/^curl .*$/gm) : []
    const answers = curls.map((curl) => JSON.parse(run(curl.replace('7777', port))))
    if (hasCurl) {
      expect(answers.slice(0, 2)).toMatchObject([{ hits: { length: 5 } }, { hits: { length: 5 } }])
      expect(answers[1].hits[0].content).toMatch(/red circle|红色圆形/)
      expect(answers[2].embeddings).toHaveLength(2)
    }
    const [block] = codeBlocks(english, 'ts').filter((text) => text.includes('tonggan/client'))
    writeFileSync(join(folder, 'client.ts'), block.replace('7777', port))
    expect(run('node --conditions=tonggan-source client.ts')).toMatch(/^done [\d.]+ \[/m)
  } finally {
    child.kill()
    await once(child, 'exit')
  }
})

function shellLines(pattern: RegExp): string[] {
  return codeBlocks(english, 'sh').join('').match(pattern) ?? []
}

function run(command: string): string {
  return execSync(command, {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function codeBlocks(text: string, language = '\\w*'): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block]) => block)
}

/** Levels of headings and widths of table rows, in order: what two languages of one page have in common. */
function outline(text: string): string[] {
  const lines = text.replaceAll(/^```.*?^```/gms, '').split('\n')
  return lines.flatMap((line) => {
    if (line.startsWith('#')) return [/^#+/.exec(line)?.[0] ?? '']
    return line.startsWith('|') ? [`${line.replaceAll('\\|', '').split('|').length - 2} columns`] : []
  })
}
