import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFolder } from './files.node.ts'
import { publishFolder } from './publish-folder.node.ts'
import { sha256 } from './sha256.ts'

const pointer = 'space.json'
let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tonggan-publish-'))
})

afterAll(() => rm(root, { recursive: true }))

test('publishes, publishes again, and leaves what is not its own alone', async () => {
  const folder = join(root, 'plain')
  await publishFolder(folder, await filesOf(1), pointer)
  expect(await versionIn(folder)).toBe(1)
  await writeFile(join(folder, 'notes.txt'), 'mine')
  await writeFile(join(folder, 'notes-0123456789ab.txt'), 'mine, too')
  await publishFolder(folder, await filesOf(2), pointer)
  await publishFolder(folder, await filesOf(2), pointer)
  expect(await versionIn(folder)).toBe(2)
  const names = [...(await filesOf(2)).keys(), 'notes.txt', 'notes-0123456789ab.txt']
  expect((await readdir(folder)).sort()).toEqual(names.sort())
})

test('sweeps what killed writes left, not what a running process is writing', async () => {
  const folder = join(root, 'leftovers')
  await mkdir(folder)
  const gone = spawn(process.execPath, ['--version'])
  await once(gone, 'exit')
  await writeFile(join(folder, `.image-0123456789ab.onnx.${gone.pid}-00000000.part`), 'half')
  await writeFile(join(folder, `.image-0123456789ab.onnx.${process.pid}-00000000.part`), 'half')
  await writeFile(join(folder, 'image-0123456789ab.onnx'), 'of a save that never got to its pointer')
  await publishFolder(folder, await filesOf(1), pointer)
  const left = (await readdir(folder)).filter((name) => name !== pointer && !/^(image|text)-/.test(name))
  expect(left).toEqual([`.image-0123456789ab.onnx.${process.pid}-00000000.part`])
  expect(await readdir(folder)).toHaveLength(4)
})

test('two publish at once: one of them is there, whole', async () => {
  const folder = join(root, 'race')
  for (let round = 0; round < 10; round++) {
    const saves = [1, 2, 3].map(async (v) => publishFolder(folder, await filesOf(round * 3 + v), pointer))
    await Promise.all(saves)
    expect(Math.ceil((await versionIn(folder)) / 3)).toBe(round + 1)
  }
})

test('a kill at any of 100 moments leaves the old folder or the new one', async () => {
  const kills = await Promise.all([0, 1].map((i) => killRepeatedly(join(root, `killed-${i}`), 50)))
  // Some kills hit a save in its middle, when something was written that nothing names.
  for (const { midway, versions } of kills) {
    expect(midway).toBeGreaterThan(0)
    expect(versions.size).toBeGreaterThan(1)
  }
})

test.skipIf(process.platform !== 'linux')(
  'a place that takes no folders is told, not tried for ever',
  async () => {
    await expect(publishFolder('/proc/a/b.space', await filesOf(1), pointer)).rejects.toMatchObject({
      code: 'write-failed',
    })
  },
)

test('a file that cannot be finished leaves the old folder and says so', async () => {
  const folder = join(root, 'limited')
  await publishFolder(folder, await filesOf(1), pointer)
  const publishing = await publisher(folder, [2], 'once')
  const output = execFileSync('sh', ['-c', 'ulimit -f 20 && exec "$0" "$@"', process.execPath, ...publishing])
  expect(JSON.parse(String(output))).toMatchObject({
    code: 'write-failed',
    message: expect.stringContaining('unchanged'),
  })
  expect(await versionIn(folder)).toBe(1)
  expect((await readdir(folder)).sort()).toEqual([...(await filesOf(1)).keys()].sort())
})

const disk = mountSmallDisk()

test.skipIf(disk.path === undefined)(`a full disk leaves the old folder and says so${disk.why}`, async () => {
  const folder = join(disk.path!, 'space')
  try {
    await publishFolder(folder, await filesOf(1), pointer)
    await expect(publishFolder(folder, await filesOf(2), pointer)).rejects.toThrow(
      /full disk.*what was saved there before is unchanged; free some space/,
    )
    expect(await versionIn(folder)).toBe(1)
    await expect(publishFolder(join(disk.path!, 'other'), await filesOf(2), pointer)).rejects.toThrow(
      'nothing was saved there before',
    )
  } finally {
    execFileSync('umount', [disk.path!])
    rmdirSync(disk.path!)
  }
})

/** Kills a process that saves one version after another, at some moment or seen to be midway; after each kill the folder must open. */
async function killRepeatedly(
  folder: string,
  times: number,
): Promise<{ midway: number; versions: Set<number> }> {
  let midway = 0
  const versions = new Set<number>()
  // A first child that ends by itself leaves its compiled code for the others, which then start three times as fast.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'compiled') }
  execFileSync(process.execPath, await publisher(folder, [0], 'once'), { env })
  const publishing = await publisher(folder, [1, 2, 3], 'forever')
  for (let i = 0; i < times; i++) {
    const child = spawn(process.execPath, publishing, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    await savedTimes(child.stdout, 1 + (i % 3))
    if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, (i * 7) % 15))
    else while (readdirSync(folder).length <= 3 && child.exitCode === null) await new Promise(setImmediate)
    child.kill('SIGKILL')
    await once(child, 'exit')
    versions.add(await versionIn(folder))
    if ((await readdir(folder)).length > 3) midway++
  }
  return { midway, versions }
}

/** Waits until it has told so often that it saved. */
async function savedTimes(output: Readable, times: number): Promise<void> {
  let told = ''
  output.on('data', (text) => {
    told += text
  })
  while (told.split('saved').length <= times) await once(output, 'data')
}

/** The version that the pointer names, every file compared with its hash. */
async function versionIn(folder: string): Promise<number> {
  const opened = await openFolder(folder)
  const { version, files } = JSON.parse(new TextDecoder().decode(await opened.read(pointer)))
  for (const { name, hash } of files) expect(await sha256(await opened.read(name))).toBe(hash)
  expect(files).toHaveLength(2)
  return version
}

/** A space of this version: two files named by their content, 24,000 bytes each, and the pointer. */
async function filesOf(version: number): Promise<Map<string, Uint8Array>> {
  const published = new Map<string, Uint8Array>()
  const files: { name: string; hash: string }[] = []
  for (const modality of ['image', 'text']) {
    const bytes = new Uint8Array(24_000).fill(version % 256).fill(modality.length, 0, 10)
    new DataView(bytes.buffer).setUint32(0, version)
    const hash = await sha256(bytes)
    const name = `${modality}-${hash.slice(0, 12)}.onnx`
    published.set(name, bytes)
    files.push({ name, hash })
  }
  return published.set(pointer, new TextEncoder().encode(JSON.stringify({ version, files })))
}

/** Arguments for a Node that publishes these versions once, or in turn for ever, and prints the error. */
async function publisher(
  folder: string,
  versions: readonly number[],
  how: 'once' | 'forever',
): Promise<string[]> {
  const sets = await Promise.all(versions.map(filesOf))
  const prepared = `${folder}.json`
  const texts = sets.map((files) =>
    Array.from(files, ([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
  )
  await writeFile(prepared, JSON.stringify(texts))
  const code = `
    import { readFileSync } from 'node:fs'
    import { publishFolder } from ${JSON.stringify(new URL('./publish-folder.node.ts', import.meta.url).href)}
    const texts = JSON.parse(readFileSync(${JSON.stringify(prepared)}, 'utf8'))
    const sets = texts.map((files) => new Map(files.map(([name, text]) => [name, Buffer.from(text, 'base64')])))
    try {
      do {
        for (const files of sets) {
          await publishFolder(${JSON.stringify(folder)}, files, ${JSON.stringify(pointer)})
          console.log('saved')
        }
      } while (${how === 'forever'})
    } catch ({ code, message }) {
      console.log(JSON.stringify({ code, message }))
    }`
  return ['--conditions=tonggan-source', '--input-type=module', '-e', code]
}

function mountSmallDisk(): { path?: string; why: string } {
  const path = mkdtempSync(join(tmpdir(), 'tonggan-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80k', 'tmpfs', path], { stdio: 'pipe' })
    return { path, why: '' }
  } catch {
    rmdirSync(path)
    return { why: ' (skipped: a small disk cannot be mounted here)' }
  }
}
