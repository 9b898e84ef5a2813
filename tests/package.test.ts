// What a person gets: the packed tarball, installed from the registry into an empty project, with the native engine
// and without it, in Node and, built by Vite, in a browser. Needs the npm registry, as any install does.

import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, whyNoBrowser } from './browser/harness.ts'
import { shapePng, writeShapes } from './shapes.ts'

const root = join(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'tonggan-package-'))
const project = join(work, 'project')
const installed = join(project, 'node_modules', 'tonggan')
const pictures = join(work, 'pictures')
const space = join(work, 'shapes.space')
let tarball: string
let table: string

interface Embedded {
  report?: { pairs: Record<string, { 'recall@10': number }> }
  text: number[]
  image: number[]
}

beforeAll(async () => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', work], { cwd: root, stdio: 'pipe' })
  tarball = join(work, readdirSync(work).find((name) => name.endsWith('.tgz')) ?? '')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], {
    cwd: project,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: 'pipe',
  })
  cpSync(join(import.meta.dirname, 'package'), project, { recursive: true })
  table = writeShapes(join(work, 'shapes'))
  mkdirSync(pictures)
  writeFileSync(join(pictures, '1.png'), await shapePng({ colour: 'red', shape: 'circle' }))
  writeFileSync(join(pictures, '2.png'), await shapePng({ colour: 'blue', shape: 'star' }))
}, 300_000)
afterAll(() => rmSync(work, { recursive: true }))

test('publint finds nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false })
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
})

test('the types are right for whoever can import the package', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)))
  // It is ESM only: Node 10 and `require` cannot import it, and need no types.
  const outOfReach = ['node10', 'node16-cjs']
  const problems = analysis.types ? analysis.problems : ['no types at all']
  expect(
    problems.filter(
      (problem) =>
        typeof problem === 'string' ||
        !('resolutionKind' in problem) ||
        !outOfReach.includes(problem.resolutionKind),
    ),
  ).toEqual([])
})

test('nothing but the package is in it', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => /\.(test|contract)\.|\.page\./.test(file))).toEqual([])
  const guides = ['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'NOTICE']
  const pages = [...guides, 'README.md', 'README.zh-CN.md']
  expect(readdirSync(installed).sort()).toEqual([...pages, 'dist', 'docs', 'package.json', 'src', 'studio'])
})

test.each(['README.md', 'README.zh-CN.md'])('whoever reads its %s has what it links to', (page) => {
  const links = [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\(([^)\s#]+)/g)].map(
    ([, link]) => link,
  )
  const missing = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(installed, link)))
  expect(links.length).toBeGreaterThan(10)
  expect(missing).toEqual([])
})

test('its client is a door of its own', () => {
  const program =
    "import { TongganClient } from 'tonggan/client'; console.log(typeof new TongganClient('http://x').search)"
  const given = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: project,
    encoding: 'utf8',
  })
  expect(given).toBe('function\n')
})

test('its command runs', () => {
  const command = join('node_modules', '.bin', 'tonggan')
  const help = execFileSync(command, ['--help'], { cwd: project, encoding: 'utf8' })
  expect(help).toContain('tonggan fit')
})

test('pretrained encoders ask for what they need, which nobody else has to install', () => {
  expect(existsSync(join(project, 'node_modules', '@huggingface'))).toBe(false)
  const code = `const { hubEncoder } = await import('tonggan/hub')
    await hubEncoder({ modality: 'text', model: 'minilm' }).catch(({ code, message }) => console.log(code, message))`
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: project,
    encoding: 'utf8',
  })
  expect(said).toContain('missing-peer')
  expect(said).toContain('run `npm install @huggingface/transformers`')
})

describe('a space fitted with it', () => {
  let expected: Embedded

  test('finds drawings by words, on the native engine, without a word on standard error', () => {
    const { stdout, stderr } = run('fit')
    expect(stderr).toBe('')
    expected = JSON.parse(stdout)
    expect(expected.report?.pairs['text.en>image']['recall@10']).toBeGreaterThan(0.8)
  }, 120_000)

  test('gives the same embeddings where there is no native engine, with one warning', () => {
    const engine = join(project, 'node_modules', 'onnxruntime-node')
    rmSync(engine, { recursive: true })
    mkdirSync(engine) // empty, so that none of a folder above is found in its place
    const { stdout, stderr } = run('open')
    expect(stderr.match(/onnxruntime-node is not installed/g)).toHaveLength(1)
    expect(stderr).toContain('ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node')
    expectClose(JSON.parse(stdout), expected)
  }, 120_000)

  const why = whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''
  test.skipIf(whyNoBrowser)(
    `gives the same embeddings in a browser, built by Vite${why}`,
    async () => {
      const page = await openPage(join(project, 'embed.ts'), { vite: { root: project, resolve: {} } })
      const parameters = [filesOf(space), ['red circle', '蓝色星形'], Object.values(filesOf(pictures))]
      expectClose(await page.call<Embedded>('embedAll', ...parameters), expected)
      await page.close()
    },
    120_000,
  )
})

function run(task: 'fit' | 'open'): SpawnSyncReturns<string> {
  const result = spawnSync(process.execPath, ['program.ts', task, table, space, pictures], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, TONGGAN_CACHE: join(work, 'cache') },
  })
  if (result.status !== 0) throw new Error(result.stderr)
  return result
}

function expectClose(actual: Embedded, expected: Embedded): void {
  for (const sense of ['text', 'image'] as const) {
    expect(actual[sense]).toHaveLength(expected[sense].length)
    const apart = expected[sense].map((value, k) => Math.abs(value - actual[sense][k]))
    expect(Math.max(...apart), sense).toBeLessThan(1e-4)
  }
}

function filesOf(folder: string): Record<string, Uint8Array> {
  const names = readdirSync(folder).sort()
  return Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]))
}
