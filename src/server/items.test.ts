// The items of a served index: their list, their embeddings, what they look and sound like, and more like one of them.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServedShapes, serveShapes } from '../../tests/served-shapes.ts'
import { FlatIndex, openFlatIndex } from '../index/flat-index.ts'
import { openIndex, type SearchIndex } from '../retrieval/search-index.ts'
import { openSpace } from '../space/open-space.ts'
import type { ModalityName } from '../spec/modality.ts'
import { TongganClient } from './client/client.ts'
import { type RunningServer, type ServerOptions, startServer } from './start-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonggan-items-'))
const things = join(folder, 'things')
let shapes: ServedShapes
let library: SearchIndex
/** Serves the shapes that were indexed. */
let server: RunningServer
let client: TongganClient

const start = (options: Partial<ServerOptions> = {}) =>
  startServer({
    space: shapes.space,
    index: shapes.index,
    table: shapes.table,
    port: 0,
    version: '0.0.0',
    ...options,
  })

beforeAll(async () => {
  shapes = await serveShapes(folder)
  library = await openIndex(shapes.index, await openSpace(shapes.space))
  server = await start()
  client = new TongganClient(server.address)
}, 120_000)
afterAll(async () => {
  await server?.close()
  await library?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('items', () => {
  it('are listed by position, a page at a time', async () => {
    const all = library.entries.map((entry, position) => ({ ...entry, position }))
    expect(await client.items('served', { count: 10_000 })).toEqual({ total: all.length, items: all })
    const page = await client.items('served', { from: 5, count: 3 })
    expect(page).toEqual({ total: all.length, items: all.slice(5, 8) })
    expect((await client.items('served', { from: 1e6 })).items).toEqual([])
  })

  it('are counted by view where the space is described', async () => {
    const { index } = await client.space('served')
    const counts = library.views.map((view) => [
      view,
      library.entries.filter((entry) => entry.view === view).length,
    ])
    expect(index).toMatchObject({ items: Object.fromEntries(counts), media: true })
  })

  it('send their embeddings whole, by range, and in half the bytes', async () => {
    expect(await client.embeddings('served')).toEqual(library.embeddings().slice())
    expect(await client.embeddings('served', { from: 3, count: 2 })).toEqual(library.embeddings(3, 5).slice())
    expect(await client.embeddings('served', { from: 1e6 })).toEqual(new Float32Array())
    const halves = await client.embeddings('served', { format: 'float16' })
    expect(halves.length).toBe(library.count * 8)
    const errors = halves.map((value, k) => Math.abs(value - library.embeddings()[k]))
    expect(Math.max(...errors)).toBeLessThan(2 ** -11)
  })

  it('more like one of them are found, of any sense, itself left out', async () => {
    const rounded = (hits: { id: string; similarity: number }[]) =>
      hits.map((hit) => ({ ...hit, similarity: expect.closeTo(hit.similarity, 5) }))
    for (const options of [{ k: 5 }, { k: 3, want: 'image' }, { filter: { label: 'bar' }, k: 4 }] as const) {
      const { hits } = await client.search('served', { like: 7, ...options })
      expect(hits).toEqual(rounded(await library.similar(7, options)))
    }
  })

  it.each([
    ['more like none', '/search', 404, 'not-found', { like: 1e6 }],
    ['more like half of one', '/search', 400, 'wrong-usage', { like: 0.5 }],
    ['words and an item at once', '/search', 400, 'wrong-usage', { like: 1, query: { text: 'red' } }],
    ['neither', '/search', 400, 'wrong-usage', {}],
    ['too large a page', '/items?count=10001', 400, 'wrong-usage', undefined],
    ['a page of no number', '/items?from=x', 400, 'wrong-usage', undefined],
    ['a misspelt word', '/items?form=1', 400, 'wrong-usage', undefined],
    ['numbers of another kind', '/embeddings?format=int8', 400, 'wrong-usage', undefined],
    ['media of no item', '/items/1000000/media', 404, 'not-found', undefined],
    ['media of a path', '/items/..%2f..%2fx/media', 404, 'not-found', undefined],
    ['media of a negative number', '/items/-1/media', 404, 'not-found', undefined],
    ['too small a picture', '/items/0/media?size=1', 400, 'wrong-usage', undefined],
  ])('refuse %s', async (_, path, status, code, body) => {
    const request = body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }
    const response = await fetch(`${server.address}/v1/spaces/served${path}`, request)
    expect(await response.json()).toMatchObject({ status, code })
  })

  it('refuse more embeddings than an answer may hold, and say how many it may', async () => {
    const small = await start({ limits: { embeddingsBytes: 100 } })
    const asked = new TongganClient(small.address)
    await expect(asked.embeddings('served')).rejects.toThrow('`count=3` at a time')
    expect(await asked.embeddings('served', { count: 3 })).toHaveLength(24)
    await small.close()
  })
})

describe('the archive', () => {
  it('unpacks to the folder of the space and its index beside it, which finds the space', async () => {
    const files = unzipSync(new Uint8Array(await (await client.downloadArchive('served')).arrayBuffer()))
    const inside = (folder: string) =>
      new Map(
        Object.entries(files).flatMap(([path, bytes]) =>
          path.startsWith(folder) ? [[path.slice(folder.length), bytes] as const] : [],
        ),
      )
    const space = await openSpace(inside('served.space/'))
    expect(space.hash).toBe(library.space.hash)
    expect(openFlatIndex(files['served.index']).spacePath).toBe('served.space')
    const index = await openIndex(files['served.index'], space)
    expect(index.entries).toEqual(library.entries)
    await space.close()
  })

  it('is measured before it is sent, and held against the memory of all requests', async () => {
    const url = `${server.address}/v1/spaces/served/archive`
    const head = await fetch(url, { method: 'HEAD' })
    const { size } = await client.downloadArchive('served')
    expect(Number(head.headers.get('content-length'))).toBe(size)
    const small = await start({ limits: { heldBytes: size } })
    const asked = new TongganClient(small.address)
    for (let k = 0; k < 3; k++) expect((await asked.downloadArchive('served')).size).toBe(size)
    await small.close()
    const smaller = await start({ limits: { heldBytes: size - 1 } })
    await expect(new TongganClient(smaller.address).downloadArchive('served')).rejects.toMatchObject({
      code: 'too-busy',
    })
    await smaller.close()
  })
})

describe('media', () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150"><script>alert(1)</script><rect width="300" height="150" fill="red"/></svg>'
  const wav = new Uint8Array(60_044)
  const contents: [ModalityName, string][] = [
    ['image', 'red.png'],
    ['image', 'drawing.svg'],
    ['audio', 'sound.wav'],
    ['text', 'red & <b>blue</b>'],
    ['code', 'file:program.py'],
    ['image', 'page.png'],
    ['image', 'outside/secret.png'],
    ['image', '../secret.png'],
    ['image', '.hidden.png'],
    ['image', 'missing.png'],
    ['image', 'npy:features.npy#0'],
    ['image', 'large.png'],
    ['image', 'cut.png'],
    ['audio', 'red.png'],
  ]
  let shown: RunningServer
  const url = (content: string, query = '') =>
    `${shown.address}/v1/spaces/served/items/${contents.findIndex((entry) => entry[1] === content)}/media${query}`
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: 'red' } })
      .png()
      .toBuffer()

  beforeAll(async () => {
    mkdirSync(things)
    const red = await picture(200, 100)
    writeFileSync(join(things, 'red.png'), red)
    writeFileSync(join(things, '.hidden.png'), red)
    writeFileSync(join(folder, 'secret.png'), red)
    writeFileSync(join(things, 'cut.png'), red.subarray(0, 60))
    writeFileSync(join(things, 'large.png'), await picture(2000, 2000))
    writeFileSync(join(things, 'drawing.svg'), svg)
    wav.set(Buffer.from('RIFF\x84\xea\0\0WAVEfmt ', 'latin1'))
    for (let k = 44; k < wav.length; k++) wav[k] = k % 251
    writeFileSync(join(things, 'sound.wav'), wav)
    writeFileSync(join(things, 'program.py'), 'print("<script>")')
    writeFileSync(join(things, 'page.png'), '<!doctype html><script>alert(1)</script>')
    symlinkSync(folder, join(things, 'outside'))
    const index = new FlatIndex({ dim: library.space.dim, spaceHash: library.space.hash })
    index.add(
      new Float32Array(library.space.dim * contents.length).fill(0.1),
      contents.map(([modality, content], k) => ({ id: String(k), view: modality, modality, content })),
    )
    const file = join(folder, 'things.index')
    writeFileSync(file, index.toBytes())
    shown = await start({ index: file, table: things, limits: { pixels: 1_000_000 } })
  })
  afterAll(() => shown?.close())

  it.each([
    ['red.png', 'image/png', () => readFileSync(join(things, 'red.png'))],
    ['sound.wav', 'audio/wav', () => Buffer.from(wav)],
    ['red & <b>blue</b>', 'text/plain; charset=utf-8', () => Buffer.from('red & <b>blue</b>')],
    ['file:program.py', 'text/plain; charset=utf-8', () => Buffer.from('print("<script>")')],
  ])('%s comes as it is, as %s, and can do nothing', async (content, type, expected) => {
    const response = await fetch(url(content))
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(Buffer.from(await response.arrayBuffer()).equals(expected())).toBe(true)
  })

  it.each([
    ['red.png', '?size=64', { width: 64, height: 32, format: 'webp' }],
    ['red.png', '?size=1000', { width: 200, height: 100, format: 'webp' }],
    ['drawing.svg', '?size=64', { width: 64, height: 32, format: 'webp' }],
    ['drawing.svg', '', { width: 1024, height: 512, format: 'webp' }],
  ])('%s%s comes as pixels', async (content, query, expected) => {
    for (let again = 0; again < 2; again++) {
      const response = await fetch(url(content, query))
      expect(response.headers.get('content-type')).toBe('image/webp')
      const bytes = Buffer.from(await response.arrayBuffer())
      expect(await sharp(bytes).metadata()).toMatchObject(expected)
      const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
      expect([data[0] > 240, data[1] < 15]).toEqual([true, true])
    }
  })

  it.each([
    ['bytes=10-19', 206, 'bytes 10-19/60044', [10, 20]],
    ['bytes=60000-', 206, 'bytes 60000-60043/60044', [60_000, 60_044]],
    ['bytes=-4', 206, 'bytes 60040-60043/60044', [60_040, 60_044]],
    ['bytes=0-999999', 206, 'bytes 0-60043/60044', [0, 60_044]],
    ['bytes=60044-', 416, 'bytes */60044', [0, 0]],
    ['bytes=-0', 416, 'bytes */60044', [0, 0]],
    ['bytes=9-3', 200, null, [0, 60_044]],
    ['bytes=0-1,5-6', 200, null, [0, 60_044]],
    ['chapters=1-2', 200, null, [0, 60_044]],
    ['bytes=-', 200, null, [0, 60_044]],
  ])('range %s: %i', async (range, status, contentRange, [from, to]) => {
    const response = await fetch(url('sound.wav'), { headers: { range } })
    expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange])
    expect(Buffer.from(await response.arrayBuffer()).equals(wav.subarray(from, to))).toBe(true)
  })

  it('tells its size without being sent', async () => {
    const response = await fetch(url('sound.wav'), { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '60044'])
  })

  it.each([
    ['page.png', '', 415, 'unsupported-format'],
    ['outside/secret.png', '', 400, 'unsafe-path'],
    ['../secret.png', '', 400, 'unsafe-path'],
    ['.hidden.png', '', 404, 'missing-file'],
    ['missing.png', '', 404, 'missing-file'],
    ['npy:features.npy#0', '', 404, 'not-found'],
    ['large.png', '?size=64', 413, 'too-large'],
    ['cut.png', '?size=64', 422, 'unreadable-item'],
    ['sound.wav', '?size=64', 415, 'unsupported-format'],
  ])('%s%s: %i %s', async (content, query, status, code) => {
    const response = await fetch(url(content, query))
    const problem = await response.json()
    expect(problem).toMatchObject({ status, code })
    expect(JSON.stringify(problem)).not.toContain(folder)
  })

  it('one that cannot be read spoils none that is scaled down beside it', async () => {
    const answers = await Promise.all(
      ['cut.png', 'red.png', 'drawing.svg'].map((content) => fetch(url(content, '?size=33'))),
    )
    expect(answers.map(({ status }) => status)).toEqual([422, 200, 200])
  })

  it('where the table is not known, only words are shown', async () => {
    const bare = await start({ table: undefined })
    const asked = new TongganClient(bare.address)
    expect((await asked.space('served')).index?.media).toBe(false)
    const positionOf = (modality: string) => library.entries.findIndex((entry) => entry.modality === modality)
    await expect(asked.itemMedia('served', positionOf('image'))).rejects.toThrow('--table')
    const words = await asked.itemMedia('served', positionOf('text'))
    expect(await words.text()).toBe(library.entries[positionOf('text')].content)
    await bare.close()
    await expect(start({ table: join(folder, 'nowhere.csv') })).rejects.toMatchObject({
      code: 'missing-file',
    })
  })
})
