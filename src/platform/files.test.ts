import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as browser from './files.browser.ts'
import { locateFile, openFolder, readFile, writeFileAtomically } from './files.node.ts'
import type { FileSource } from './files.ts'

const files: Record<string, string> = {
  'items.csv': 'id,text\n',
  'image/a b.txt': '0123456789',
  'image/猫#1.txt': '喵',
  '.hidden': 'hidden',
}

let root: string
let folder: string
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname.slice('/data/'.length))
  const bytes = Buffer.from(files[path] ?? '')
  const [, start, end] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
  const body = start ? bytes.subarray(Number(start), Number(end) + 1) : bytes
  response.writeHead(path in files ? (start ? 206 : 200) : 404, { 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
})

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tonggan-files-'))
  folder = join(root, 'data')
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await once(server.listen(0, '127.0.0.1'), 'listening')
})

afterAll(async () => {
  server.close()
  await rm(root, { recursive: true })
})

const kinds: Record<string, () => FileSource> = {
  disk: () => folder,
  'file URL': () => pathToFileURL(folder),
  address: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`,
  'bytes in memory': () => new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
  'blobs in memory': () => new Map(Object.entries(files).map(([path, text]) => [path, new Blob([text])])),
  'text in memory': () => new Map(Object.entries(files)),
  'a chosen folder': () => Object.entries(files).map(([path, text]) => chosenFile(text, path)),
}

describe.each(Object.entries(kinds))('a folder: %s', (kind, source) => {
  test('reads files and parts of files', async () => {
    const opened = await openFolder(source())
    expect(text(await opened.read('image/a b.txt'))).toBe('0123456789')
    expect(text(await opened.read('./image/猫#1.txt'))).toBe('喵')
    const file = await opened.open('image/a b.txt')
    expect(file.size).toBe(10)
    expect(text(await file.read(2, 5))).toBe('234')
    expect(text(await file.read(10, 10))).toBe('')
    await expect(file.read(5, 11)).rejects.toMatchObject({ code: 'unreadable-item', path: 'image/a b.txt' })
    await file.close()
  })

  test('refuses paths that lead out, missing files, and files that are too large', async () => {
    const opened = await openFolder(source())
    for (const path of ['../secret.txt', '/etc/passwd', 'http://example.org/a']) {
      await expect(opened.read(path)).rejects.toMatchObject({ code: 'unsafe-path', path })
    }
    await expect(opened.read('none.txt')).rejects.toMatchObject({ code: 'missing-file', path: 'none.txt' })
    await expect(opened.open('none.txt')).rejects.toMatchObject({ code: 'missing-file' })
    await expect(opened.read('image/a b.txt', 9)).rejects.toMatchObject({
      code: 'too-large',
      path: 'image/a b.txt',
    })
    expect(await opened.read('image/a b.txt', 10)).toHaveLength(10)
  })

  test('lists what is not hidden, in order, or says that it cannot', async () => {
    const list = openFolder(source()).then((opened) => opened.list())
    if (kind === 'address') await expect(list).rejects.toMatchObject({ code: 'unsupported-format' })
    else expect(await list).toEqual(['image/a b.txt', 'image/猫#1.txt', 'items.csv'])
  })
})

test('a link may lead to a file inside, never out, and what is no file is not read', async () => {
  await writeFile(join(root, 'secret.txt'), 'secret')
  const links = join(root, 'links')
  await mkdir(join(links, 'sub'), { recursive: true })
  await writeFile(join(links, 'real.txt'), 'inside')
  await symlink('real.txt', join(links, 'inside.txt'))
  await symlink('../secret.txt', join(links, 'outside.txt'))
  await symlink('..', join(links, 'up'))
  await symlink('round.txt', join(links, 'round.txt'))
  const opened = await openFolder(links)
  expect(text(await opened.read('inside.txt'))).toBe('inside')
  for (const path of ['outside.txt', 'up/secret.txt', 'up']) {
    await expect(opened.read(path)).rejects.toMatchObject({ code: 'unsafe-path', path })
  }
  await expect(opened.read('round.txt')).rejects.toMatchObject({ code: 'missing-file' })
  await expect(opened.read('sub')).rejects.toThrow('received a folder')
  await expect(opened.read('real.txt/a')).rejects.toMatchObject({ code: 'missing-file' })
})

test.skipIf(process.platform === 'win32')('a pipe is refused, not waited for', async () => {
  execFileSync('mkfifo', [join(root, 'pipe')])
  await expect((await openFolder(root)).read('pipe')).rejects.toThrow('a device or a pipe')
})

test('a file is located with its folder, a folder is not a file', async () => {
  const located = await locateFile(join(folder, 'items.csv'))
  expect(located?.path).toBe('items.csv')
  expect(text((await located?.folder.read('image/a b.txt'))!)).toBe('0123456789')
  const parts: string[] = []
  for await (const part of located!.bytes()) parts.push(text(part))
  expect(parts.join('')).toBe('id,text\n')
  expect(await locateFile(folder)).toBeUndefined()
  expect(await locateFile(new Map())).toBeUndefined()
  await expect(locateFile(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'missing-file' })
  await expect(openFolder(join(folder, 'items.csv'))).rejects.toMatchObject({ code: 'missing-file' })
})

test('an address is located and read', async () => {
  const address = `${kinds.address()}/items.csv`
  const located = await locateFile(address)
  expect(located?.path).toBe('items.csv')
  expect(text((await located?.folder.read('image/猫#1.txt'))!)).toBe('喵')
  expect(text(await readFile(address))).toBe('id,text\n')
  expect(await locateFile(`${kinds.address()}/`)).toBeUndefined()
})

test('files that were chosen one by one go by their names', async () => {
  const opened = await openFolder([new File(['pixels'], 'a.png')])
  expect(await opened.list()).toEqual(['a.png'])
  expect(text(await opened.read('a.png'))).toBe('pixels')
})

test('where a server does not tell the size, parts are still parts', async () => {
  const silent = createServer((_, response) => {
    response.setHeader('transfer-encoding', 'chunked')
    response.end(Buffer.from('0123456789'))
  })
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  const opened = await openFolder(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`)
  const file = await opened.open('a.npy')
  expect(file.size).toBe(10)
  expect(text(await file.read(3, 6))).toBe('345')
  silent.close()
})

test('in the browser: addresses and files in memory, and no disk', async () => {
  expect(await browser.locateFile(`${kinds.address()}/items.csv`)).toMatchObject({ path: 'items.csv' })
  expect(text(await browser.readFile(new URL(`${kinds.address()}/items.csv`)))).toBe('id,text\n')
  expect(text(await (await browser.openFolder(kinds.address())).read('items.csv'))).toBe('id,text\n')
  expect(await (await browser.openFolder(kinds['text in memory']())).list()).toContain('items.csv')
  const refused = { code: 'write-failed', message: expect.stringContaining('toFiles()') }
  await expect(browser.writeFileAtomically('a', new Uint8Array())).rejects.toMatchObject(refused)
  await expect(browser.publishFolder('a', new Map(), 'space.json')).rejects.toMatchObject(refused)
})

test('a file is written whole, folders made on the way', async () => {
  const path = join(root, 'new', 'deep', 'file.bin')
  await writeFileAtomically(path, Buffer.from('one'))
  await writeFileAtomically(path, Buffer.from('two'))
  expect(text(await readFile(path))).toBe('two')
  const gone = spawnSync(process.execPath, ['--version']).pid
  for (const leftover of ['.file.bin', '.other.bin'])
    await writeFile(join(dirname(path), `${leftover}.${gone}-01234567.part`), 'half')
  await writeFileAtomically(path, Buffer.from('two'))
  expect((await readdir(dirname(path))).sort()).toEqual([`.other.bin.${gone}-01234567.part`, 'file.bin'])
  await expect(writeFileAtomically(dirname(path), Buffer.from('x'))).rejects.toMatchObject({
    code: 'write-failed',
  })
  expect(await readdir(join(root, 'new'))).toEqual(['deep'])
  const below = join(path, 'file-is-no-folder')
  await expect(writeFileAtomically(below, Buffer.from('x'))).rejects.toMatchObject({
    code: 'write-failed',
    path: below,
  })
})

/** A file as a browser gives it where a folder was chosen. */
function chosenFile(text: string, path: string): File {
  const file = new File([text], path.split('/').at(-1)!)
  return Object.defineProperty(file, 'webkitRelativePath', { value: `chosen/${path}` })
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
