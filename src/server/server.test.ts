// The server over real sockets, asked by its own client where that can, and by hand where it cannot: answers equal the
// library's, refusals each have their own code, jobs come to an end, and what runs is finished.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RequestFuzzer, send } from '../../tests/fuzz-requests.ts'
import { type ServedShapes, serveShapes } from '../../tests/served-shapes.ts'
import { shapePng } from '../../tests/shapes.ts'
import { openIndex, type SearchIndex } from '../retrieval/search-index.ts'
import { openSpace } from '../space/open-space.ts'
import type { Progress } from '../spec/progress.ts'
import type { Hit } from '../spec/search.ts'
import type { LogEntry } from './app.ts'
import { TongganClient } from './client/client.ts'
import type { Job } from './protocol/schemas.ts'
import { type RunningServer, type ServerOptions, startServer } from './start-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonggan-server-'))
const data = join(folder, 'data')
const log: LogEntry[] = []
let shapes: ServedShapes
let library: SearchIndex
let server: RunningServer
let client: TongganClient

const start = (options: Partial<ServerOptions> = {}) =>
  startServer({
    space: shapes.space,
    index: shapes.index,
    port: 0,
    version: '0.0.0',
    studioFolder: join(folder, 'no studio'),
    log: (entry) => log.push(entry),
    ...options,
  })

beforeAll(async () => {
  shapes = await serveShapes(folder)
  library = await openIndex(shapes.index, await openSpace(shapes.space))
  mkdirSync(data)
  writeFileSync(join(data, 'words.csv'), wordsTable())
  writeFileSync(join(data, '.secret'), 'secret')
  symlinkSync('/etc', join(data, 'outside'))
  const limits = {
    pixels: 70_000,
    soundSeconds: 1,
    jsonBytes: 4096,
    queryBytes: 50_000,
    headerSeconds: 0.5,
    arrivalSeconds: 1,
  }
  server = await start({ data, limits })
  client = new TongganClient(server.address)
}, 120_000)
afterAll(async () => {
  await server?.close()
  await library?.close()
  rmSync(folder, { recursive: true, force: true })
  expect(log.filter(({ status, stack }) => status === 500 || stack)).toEqual([])
})

/** Forty things in two views of words. */
function wordsTable(): string {
  const rows = Array.from({ length: 40 }, (_, k) => `${k},word${k} of ${k % 10},Wort${k} von ${k % 10}`)
  return ['id,text.en,text.de', ...rows].join('\n')
}

describe('search and embed', () => {
  it.each([
    [{ text: 'red circle' }, {}],
    [{ 'text.zh': '蓝色星形' }, { want: 'image', k: 3 }],
    [
      { text: 'green bar', 'text.zh': '红色' },
      { want: ['text.en', 'image'], k: 4 },
    ],
    [{ text: 'bar' }, { filter: { label: 'bar', view: ['text.zh', 'image'] }, k: 50 }],
  ])('finds for %j with %j what the library finds', async (query, options) => {
    const { hits } = await client.search('served', { query, ...options })
    expectAlmostEqual(hits, await library.search(query, options))
  })

  it('answers many at once, each as if it were alone', async () => {
    const colours = ['red', 'green', 'blue', 'yellow', 'purple', 'black']
    const asked = Array.from({ length: 60 }, (_, k) => ({
      query: { text: `${colours[k % 6]} ${k % 4 ? 'star' : 'circle'}` },
      k: 1 + (k % 7),
      ...(k % 3 === 0 && { want: 'image' }),
    }))
    const answers = await Promise.all(asked.map((request) => client.search('served', request)))
    for (const [k, { query, ...options }] of asked.entries())
      expectAlmostEqual(answers[k].hits, await library.search(query, options))
  })

  it('takes files, alone and with words', async () => {
    const image = await shapePng({ colour: 'blue', shape: 'star', size: 0.8 })
    const { hits } = await client.searchFiles(
      'served',
      { image: new Blob([image as never]) },
      { want: 'text.en', k: 2 },
    )
    expectAlmostEqual(hits, await library.search({ image }, { want: 'text.en', k: 2 }))
    const both = await client.searchFiles(
      'served',
      { image: new Blob([image as never]), text: 'red' },
      { k: 3 },
    )
    expectAlmostEqual(both.hits, await library.search({ image, text: 'red' }, { k: 3 }))
  })

  it('embeds into the space, so that inner products are what a search gives', async () => {
    const { dim, embeddings } = await client.embed('served', {
      items: [{ text: 'red circle' }, { text: '红色圆形' }],
    })
    expect(embeddings.map((row) => row.length)).toEqual([dim, dim])
    for (const row of embeddings) expect(Math.hypot(...row)).toBeCloseTo(1, 5)
    const [point] = embeddings
    const picture = await client.embedFiles('served', {
      image: new Blob([readFileSync(join(folder, 'shapes', 'red-circle-0.svg'))]),
    })
    const cosine = picture.reduce((sum, value, j) => sum + value * point[j], 0)
    const all = await library.search({ text: 'red circle' }, { want: 'image', k: 1000 })
    expect(cosine).toBeCloseTo(all.find(({ id }) => id === 'red-circle-0')?.similarity ?? 0, 4)
  })
})

describe('spaces', () => {
  it('are described, and open elsewhere from what is downloaded or from the address itself', async () => {
    expect((await client.spaces())[0]).toEqual({ name: 'served', url: '/v1/spaces/served' })
    const space = await client.space('served')
    expect(space).toMatchObject({
      name: 'served',
      hash: library.space.hash,
      dim: 8,
      index: { count: library.count },
    })
    const downloaded = await openSpace(await client.downloadSpace('served'))
    const fetched = await openSpace(new URL(`${server.address}/v1/spaces/served/files/`))
    expect([downloaded.hash, fetched.hash]).toEqual([space.hash, space.hash])
  })

  it('without an index cannot be searched, and say so', async () => {
    const bare = await start({ index: undefined })
    const asked = new TongganClient(bare.address).search('served', { query: { text: 'red' } })
    await expect(asked).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('--index'),
    })
    await bare.close()
  })
})

describe('jobs', { timeout: 240_000 }, () => {
  it('fit an uploaded dataset, tell how far they are, and make it searchable', async () => {
    const stages = new Set<string>()
    const upload = new Map<string, Blob | string>([['items.csv', wordsTable()]])
    const onProgress = ({ stage }: { stage: string }) => stages.add(stage)
    const job = await client.fit({ name: 'words', dim: 4, method: 'cca' }, upload, { onProgress })
    expect(job).toMatchObject({
      state: 'done',
      space: 'words',
      result: { indexed: 80 },
      leftOut: { count: 0 },
    })
    expect([...stages]).toContain('encode text.en')
    expect((await client.spaces()).map(({ name }) => name)).toContain('words')
    const { hits } = await client.search('words', { query: { text: 'word7 of 7' }, want: 'text.en', k: 1 })
    expect(hits[0].id).toBe('7')
    // the same name again, from a table of the data folder: who asks next gets the new one
    const again = await client.fit({ name: 'words', table: 'words.csv', dim: 6, method: 'cca', seed: 2 })
    expect((await client.space('words')).hash).toBe(again.result?.hash)
    expect(again.result?.hash).not.toBe(job.result?.hash)
    const indexed = await client.index({ space: 'words' }, new Map([['items.csv', 'text.en\nnew word\n']]))
    expect(indexed.result?.indexed).toBe(1)
    expect((await client.search('words', { query: { text: 'word' } })).hits).toMatchObject([
      { content: 'new word' },
    ])
  })

  it('evaluate, with files beside the table and what was left out', async () => {
    const svg = (name: string) => new Blob([readFileSync(join(folder, 'shapes', name))])
    const table =
      'text.en,image,split\nred circle,a/1.svg,test\nblue star,a/2.svg,test\ngreen bar,none.svg,test\n'
    const upload = new Map<string, Blob | string>([
      ['items.csv', table],
      ['a/1.svg', svg('red-circle-1.svg')],
      ['a/2.svg', svg('blue-star-1.svg')],
    ])
    const { pairs } = await client.evaluate({ space: 'served' }, upload)
    expect(pairs['text.en>image']).toMatchObject({ gallery: 2, 'recall@1': 1 })
    expect((await client.jobs())[0].leftOut).toMatchObject({
      count: 1,
      first: [{ row: 3, code: 'missing-file' }],
    })
  })

  it('end training where it is told that it is enough, and keep what there is', async () => {
    const epochsUntil = async (enough?: AbortSignal) => {
      const options = { name: 'short', table: 'words.csv', method: 'contrastive', epochs: 30 } as const
      const told: number[] = []
      const onProgress = ({ unit, done }: Progress) => unit === 'epochs' && told.push(done)
      const job = await client.fit(options, undefined, { enough, onProgress })
      expect(job).toMatchObject({ state: 'done', result: { indexed: 80 } })
      return Math.max(...told)
    }
    expect(await epochsUntil()).toBeGreaterThan(2)
    expect(await epochsUntil(AbortSignal.abort())).toBeLessThan(2)
  })

  it('evaluate what is served on the table of --table', async () => {
    const shown = await start({ table: shapes.table })
    const asked = new TongganClient(shown.address)
    expect((await asked.space('served')).evaluates).toBe(true)
    const { pairs } = await asked.evaluate({ space: 'served' })
    expect(pairs['text.en>image']).toMatchObject({ gallery: 30 })
    await shown.close()
    expect((await client.space('served')).evaluates).toBe(false)
    await expect(client.evaluate({ space: 'served' })).rejects.toMatchObject({ code: 'wrong-usage' })
  })

  it('evaluate a space of any name, and none that is not there', async () => {
    const named = join(folder, '我的 空间.space')
    cpSync(shapes.space, named, { recursive: true })
    const shown = await start({ space: named, table: shapes.table })
    const asked = new TongganClient(shown.address)
    const [{ name }] = await asked.spaces()
    expect(name).toBe('我的 空间')
    expect((await asked.evaluate({ space: name })).pairs['text.en>image']).toMatchObject({ gallery: 30 })
    const table = new Map([['items.csv', 'text.en\nred circle\n']])
    for (const space of ['../我的 空间', 'none'])
      await expect(asked.evaluate({ space }, table)).rejects.toMatchObject({ code: 'not-found' })
    await shown.close()
  })

  it('are cancelled where they are given up while they are begun', async () => {
    const stop = new AbortController()
    const givenUp = new TongganClient(server.address, {
      fetch: async (address, request) => {
        const response = await fetch(address, { ...request, signal: undefined })
        if (request?.method === 'POST') {
          stop.abort()
          request.signal?.throwIfAborted()
        }
        return response
      },
    })
    const request = { name: 'given-up', table: 'words.csv', method: 'contrastive', epochs: 10_000 } as const
    const fitted = givenUp.fit(request, undefined, { signal: stop.signal })
    await expect(fitted).rejects.toMatchObject({ code: 'cancelled' })
    expect((await client.jobs())[0]).toMatchObject({ space: 'given-up', state: 'cancelled' })
  })

  it('fail with what the library says, and are cancelled without a trace', async () => {
    const failed = client.fit({ name: 'poor' }, new Map([['items.csv', 'text.en\nalone\n']]))
    await expect(failed).rejects.toMatchObject({ code: 'not-enough-data' })
    const stop = new AbortController()
    const fitted = client.fit({ name: 'long', table: 'words.csv', epochs: 10_000 }, undefined, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    await expect(fitted).rejects.toMatchObject({ code: 'cancelled' })
    expect((await client.spaces()).map(({ name }) => name)).not.toContain('long')
  })

  it('wait in line, and are turned away when the line is full', async () => {
    const small = await start({ data, limits: { waitingJobs: 1 } })
    const asked = new TongganClient(small.address)
    const long = { kind: 'fit', name: 'long', table: 'words.csv', epochs: 10_000 } as const
    const running = await asked.startJob(long)
    const waiting = await asked.startJob(long)
    expect(waiting.state).toBe('waiting')
    await expect(asked.startJob(long)).rejects.toMatchObject({ code: 'too-busy' })
    expect((await asked.cancelJob(waiting.id)).state).toBe('cancelled')
    await asked.cancelJob(running.id)
    const states: Job['state'][] = []
    for await (const { state } of asked.watchJob(running.id)) states.push(state)
    expect(states.at(-1)).toBe('cancelled')
    await small.close()
  })
})

describe('refusals', () => {
  const json = { 'content-type': 'application/json' }
  const search = '/v1/spaces/served/search'
  const body = JSON.stringify({ query: { text: 'red' } })
  const form = (name: string, content: BlobPart | string) => {
    const parts = new FormData()
    parts.append(name, typeof content === 'string' ? content : new Blob([content]))
    return parts
  }
  const picture = () =>
    sharp({ create: { width: 300, height: 300, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
  const wav = (seconds: number) => {
    const bytes = Buffer.alloc(44 + 16_000 * seconds, 1)
    bytes.write(
      'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data',
      0,
      'latin1',
    )
    bytes.writeUInt32LE(bytes.length - 8, 4)
    bytes.writeUInt32LE(bytes.length - 44, 40)
    return bytes
  }

  it.each<[string, number, string, string, RequestInit | (() => Promise<RequestInit>)]>([
    ['an unknown address', 404, 'not-found', '/v1/nothing', {}],
    ['an unknown space', 404, 'not-found', '/v1/spaces/nobody', {}],
    ['an unknown job', 404, 'not-found', '/v1/jobs/nobody', {}],
    ['another method', 405, 'wrong-method', search, {}],
    [
      'a page of another site',
      403,
      'forbidden',
      search,
      { method: 'POST', body, headers: { ...json, origin: 'http://evil.example' } },
    ],
    ['a page without an origin', 403, 'forbidden', '/v1/spaces', { headers: { origin: 'null' } }],
    [
      'words of a kind that is not told',
      415,
      'unsupported-format',
      search,
      { method: 'POST', body, headers: { 'content-type': 'text/plain' } },
    ],
    ['broken JSON', 400, 'wrong-usage', search, { method: 'POST', body: '{', headers: json }],
    [
      'a misspelt field',
      400,
      'wrong-usage',
      search,
      { method: 'POST', body: '{"query":{"text":"a"},"wnat":"image"}', headers: json },
    ],
    [
      'a query of nothing',
      400,
      'wrong-usage',
      search,
      { method: 'POST', body: '{"query":{}}', headers: json },
    ],
    [
      'too many hits',
      400,
      'wrong-usage',
      search,
      { method: 'POST', body: '{"query":{"text":"a"},"k":5000}', headers: json },
    ],
    [
      'too large a body',
      413,
      'too-large',
      search,
      { method: 'POST', body: JSON.stringify({ query: { text: 'a'.repeat(5000) } }), headers: json },
    ],
    [
      'a body that grows too large',
      413,
      'too-large',
      search,
      { method: 'POST', body: endless(), duplex: 'half', headers: json } as RequestInit,
    ],
    [
      'too many pixels',
      413,
      'too-large',
      search,
      async () => ({ method: 'POST', body: form('image', (await picture()) as never) }),
    ],
    [
      'a sound for a space without hearing',
      422,
      'bad-space',
      search,
      { method: 'POST', body: form('audio', wav(0.1) as never) },
    ],
    [
      'a file that is no picture',
      415,
      'unsupported-format',
      search,
      { method: 'POST', body: form('image', new Uint8Array(50) as never) },
    ],
    [
      'a path in the place of a picture',
      415,
      'unsupported-format',
      search,
      { method: 'POST', body: form('image', '/etc/passwd') },
    ],
    [
      'an address in the place of a picture',
      415,
      'unsupported-format',
      search,
      { method: 'POST', body: form('image', 'http://127.0.0.1/x.png') },
    ],
    [
      'a part that means nothing',
      400,
      'wrong-usage',
      search,
      { method: 'POST', body: form('smell', 'rose') },
    ],
    [
      'multipart that is none',
      400,
      'wrong-usage',
      search,
      { method: 'POST', body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=b' } },
    ],
    [
      'a file that the space does not name',
      404,
      'not-found',
      '/v1/spaces/served/files/..%2f..%2fserved.index',
      {},
    ],
    ['a path that leaves the data', 400, 'unsafe-path', '/v1/data/..%2fserved.index', {}],
    ['a link that leaves the data', 400, 'unsafe-path', '/v1/data/outside/passwd', {}],
    ['a hidden file', 404, 'missing-file', '/v1/data/.secret', {}],
    [
      'a table outside',
      400,
      'unsafe-path',
      '/v1/jobs',
      { method: 'POST', headers: json, body: '{"kind":"fit","name":"x","table":"../shapes/items.csv"}' },
    ],
    [
      'a table that is not there',
      404,
      'missing-file',
      '/v1/jobs',
      { method: 'POST', headers: json, body: '{"kind":"fit","name":"x","table":"no.csv"}' },
    ],
    [
      'a name that is a path',
      400,
      'wrong-usage',
      '/v1/jobs',
      { method: 'POST', headers: json, body: '{"kind":"fit","name":"../x","table":"words.csv"}' },
    ],
    [
      'an encoder that would send the keys of this machine elsewhere',
      400,
      'wrong-usage',
      '/v1/jobs',
      {
        method: 'POST',
        headers: json,
        body: '{"kind":"fit","name":"x","table":"words.csv","encoders":{"text":{"id":"service","parameters":{"url":"http://localhost:1/v1","keyVariable":"HOME"}}}}',
      },
    ],
    [
      'an encoder that would read a folder of this machine',
      400,
      'wrong-usage',
      '/v1/jobs',
      {
        method: 'POST',
        headers: json,
        body: '{"kind":"fit","name":"x","table":"words.csv","encoders":{"text":{"id":"hub","parameters":{"model":"/etc"}}}}',
      },
    ],
    [
      'a fit onto what is served',
      400,
      'wrong-usage',
      '/v1/jobs',
      { method: 'POST', headers: json, body: '{"kind":"fit","name":"served","table":"words.csv"}' },
    ],
  ])('%s: %i %s', async (_, status, code, path, request) => {
    const response = await fetch(
      server.address + path,
      typeof request === 'function' ? await request() : request,
    )
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const problem = await response.json()
    expect(problem).toMatchObject({ status, code, requestId: response.headers.get('x-request-id') })
    expect(response.status).toBe(status)
    expect(log.at(-1)).toMatchObject({ id: problem.requestId, status })
    expect(JSON.stringify(problem)).not.toContain(folder)
  })

  it('a sound that is too long, by a space that hears', async () => {
    const { audioEncoder } = await import('../modalities/audio/audio-encoder.ts')
    const { limitedEncoders } = await import('./limited-encoders.ts')
    const { defaultLimits } = await import('./limits.ts')
    const { id, fingerprint, parameters, featureDim } = audioEncoder()
    const space = {
      modalities: [{ name: 'audio', encoder: { id, fingerprint, parameters }, featureDim, views: ['audio'] }],
    }
    const [encoder] = limitedEncoders(space as never, { ...defaultLimits, soundSeconds: 1 })
    const decoded = encoder.decode({ kind: 'file', bytes: new Uint8Array(wav(2)), name: 'long.wav' })
    await expect(decoded).rejects.toMatchObject({ code: 'too-large' })
  })

  it('a video of frames that are too large, by a space that sees videos', async () => {
    const { videoEncoder } = await import('../modalities/video/video-encoder.ts')
    const { limitedEncoders } = await import('./limited-encoders.ts')
    const { defaultLimits } = await import('./limits.ts')
    const { id, fingerprint, parameters, featureDim } = videoEncoder()
    const space = {
      modalities: [{ name: 'video', encoder: { id, fingerprint, parameters }, featureDim, views: ['video'] }],
    }
    const create = { width: 20, height: 10, channels: 3 as const, background: 'red' }
    const bytes = new Uint8Array(await sharp({ create }).gif().toBuffer())
    const decode = (pixels: number) =>
      limitedEncoders(space as never, { ...defaultLimits, pixels })[0].decode({
        kind: 'file',
        bytes,
        name: 'a.gif',
      })
    await expect(decode(200)).resolves.toBeDefined()
    await expect(decode(199)).rejects.toMatchObject({ code: 'too-large' })
  })

  it.each([
    ['another name', 'evil.example', 403],
    ['a name that only begins right', 'localhost.evil.example', 403],
    ['no name', '', 400],
    ['its number', '127.0.0.1', 200],
    ['its name', 'LOCALHOST:7777', 200],
    ['a name that was allowed', 'tonggan.example', 200],
  ])('host: %s', async (_, host, status) => {
    const named = await start({ allowedHosts: ['tonggan.example'] })
    const answer = await byHand(
      named.address,
      `GET /v1/spaces HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    await named.close()
  })

  it('without the token, or with another; pages and health are open', async () => {
    const token = '0123456789abcdef'
    const guarded = await start({ token, host: '0.0.0.0' })
    const address = guarded.address.replace('0.0.0.0', '127.0.0.1')
    await expect(new TongganClient(address).spaces()).rejects.toMatchObject({ code: 'unauthorised' })
    const other = new TongganClient(address, { token: `${token}0` })
    await expect(other.spaces()).rejects.toMatchObject({ code: 'unauthorised' })
    expect(await new TongganClient(address, { token }).spaces()).toHaveLength(1)
    for (const path of ['/', '/reference', '/page.css', '/openapi.json', '/v1/health']) {
      expect((await fetch(address + path)).status, path).toBe(200)
    }
    await guarded.close()
  })

  it.each([
    [{ host: '0.0.0.0' }, 'a token, since others can reach this address'],
    [{ host: '::' }, 'a token'],
    [{ token: 'short' }, '16 or more'],
    [{ data: '/no/such/folder' }, 'a folder'],
  ])('to start with %j', async (options, message) => {
    await expect(start(options)).rejects.toThrow(message)
  })

  it.each([
    ['headers', 'GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\n'],
    [
      'a body',
      'POST /v1/spaces/served/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    ],
  ])('%s that never end', async (_, beginning) => {
    expect(await byHand(server.address, beginning)).toMatch(/^HTTP\/1.1 408 .*"code":"timed-out"/s)
  })

  it.each([
    ['headers that are too large', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 413],
    ['what is not HTTP', 'HELLO\r\n\r\n', 400],
  ])('%s', async (_, bytes, status) => {
    expect(await byHand(server.address, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"requestId"`, 's'))
  })

  it('hundreds of malformed requests are never answered with a 500', async () => {
    const document = await (await fetch(`${server.address}/openapi.json`)).json()
    const fuzzer = new RequestFuzzer(document, 7)
    const statuses = new Set<number | undefined>()
    for (let k = 0; k < 20; k++) {
      const batch = Array.from({ length: 16 }, () => send(server.address, fuzzer.next().bytes))
      for (const status of await Promise.all(batch)) statuses.add(status)
    }
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 404, 405, 415]))
    expect(statuses).not.toContain(500)
    expect((await client.search('served', { query: { text: 'red' } })).hits).toHaveLength(10)
  })
})

describe('limits of all requests together', { timeout: 120_000 }, () => {
  it('turn away what does not fit into memory, and let it in when it does', async () => {
    const small = await start({ limits: { heldBytes: 200 } })
    const asked = new TongganClient(small.address)
    const large = { query: { text: 'a'.repeat(300) } }
    await expect(asked.search('served', large)).rejects.toMatchObject({ code: 'too-busy' })
    for (let k = 0; k < 20; k++) await asked.search('served', { query: { text: 'red circle'.repeat(10) } })
    await small.close()
  })

  it('end a job that takes too long', async () => {
    const impatient = await start({ data, limits: { jobSeconds: 0.5 } })
    const fit = new TongganClient(impatient.address).fit({ name: 'long', table: 'words.csv', epochs: 10_000 })
    await expect(fit).rejects.toMatchObject({ code: 'timed-out' })
    await impatient.close()
  })
})

describe('the client', () => {
  it('says when nobody answers, when it is no server of ours, and when it was asked to stop', async () => {
    await expect(new TongganClient('http://127.0.0.1:9').spaces()).rejects.toMatchObject({
      code: 'unexpected',
    })
    const other = new TongganClient(server.address, {
      fetch: async () => new Response('<html>', { status: 502 }),
    })
    await expect(other.spaces()).rejects.toThrow('expected a server of Tonggan, received status 502')
    await expect(client.spaces({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('the end', () => {
  it('waits for requests that have begun, and takes no new ones', async () => {
    const ending = await start()
    const body = JSON.stringify({ query: { text: 'red' } })
    const { hostname, port } = new URL(ending.address)
    const socket = connect(Number(port), hostname)
    const head = `POST /v1/spaces/served/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    socket.write(`${head}Expect: 100-continue\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    const closed = ending.close()
    const answer = readAll(socket)
    await expect(new TongganClient(ending.address).spaces()).rejects.toMatchObject({ code: 'unexpected' })
    socket.write(body)
    expect(await answer).toMatch(/^HTTP\/1.1 200 OK.*"hits"/s)
    await closed
  })

  it('does not wait for a client that has stopped reading', async () => {
    const large = join(data, 'large.wav')
    writeFileSync(large, 'RIFF')
    truncateSync(large, 2 ** 28) // of holes; more than what lies between the two takes in
    const ending = await start({ data, limits: { stalledSeconds: 0.5 } })
    const address = `${ending.address}/v1/data/large.wav`
    const part = await fetch(address, { headers: { range: 'bytes=1-3' } })
    expect([part.status, await part.text()]).toEqual([206, 'IFF'])
    const { body } = await fetch(address)
    const reader = body!.getReader()
    expect((await reader.read()).value?.length).toBeGreaterThan(0)
    await ending.close()
    await expect(readOn(reader)).rejects.toThrow()
  })
})

async function readOn(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

/** A body without a length, which only its reader can measure. */
function endless(): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      sent++
      if (sent > 100) controller.close()
      else controller.enqueue(new Uint8Array(1000).fill(32))
    },
  })
}

function byHand(address: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname, () => socket.write(bytes))
  return readAll(socket)
}

function readAll(socket: ReturnType<typeof connect>): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => undefined)
  return new Promise((resolve) => socket.on('close', () => resolve(text)))
}

type Found = readonly Hit[]

/** The same items with the same similarities; batches may round differently in the last digits. */
function expectAlmostEqual(actual: Found, expected: Found): void {
  const rounded = (hits: Found) =>
    hits.map(({ similarity, ...entry }) => ({ ...entry, similarity: expect.closeTo(similarity, 4) }))
  const key = ({ similarity, position }: Found[number]) => -Math.round(1e4 * similarity) * 1e6 + position
  const sorted = (hits: Found) => hits.toSorted((a, b) => key(a) - key(b))
  expect(sorted(actual)).toEqual(rounded(sorted(expected)))
}
