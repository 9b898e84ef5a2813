// The two READMEs say the same, and their TypeScript and commands run as they stand, on a small world of coloured shapes in place
// of the emoji table.

import { execSync } from 'node:child_process'
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
    const modalitiesWithoutAnEncoder = ['video']
    const known = commands.map(({ name, parameters, options }) => ({
      name,
      parameters: parameters.map((parameter) => `<${parameter}>`).join(' '),
      options: options
        .map((option) => option.name)
        .filter((option) => !modalitiesWithoutAnEncoder.includes(option))
        .sort(),
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
beforeAll(async () => {
  writeShapes(join(folder, 'emoji'))
  writeFileSync(join(folder, 'drawing.png'), await shapePng({ colour: 'red', shape: 'circle' }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'tonggan'), 'junction')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('its TypeScript runs, and finds the name of the drawing', () => {
  writeFileSync(join(folder, 'block.ts'), codeBlocks(english, 'ts').join('\n'))
  expect(run(`node --conditions=tonggan-source block.ts`)).toContain('red circle')
})

test('its commands run', () => {
  const commands =
    codeBlocks(english, 'sh')
      .join('')
      .match(/^npx tonggan .*$/gm) ?? []
  expect(commands).not.toHaveLength(0)
  const main = join(root, 'src/cli/main.ts')
  for (const command of commands) {
    const output = run(command.replace('npx tonggan', `node --conditions=tonggan-source ${main}`))
    expect(output, command).not.toBe('')
  }
})

function run(command: string): string {
  return execSync(command, {
    cwd: folder,
    env: { ...process.env, TONGGAN_CACHE: join(folder, 'cache') },
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
