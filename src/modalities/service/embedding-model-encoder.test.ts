import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EmbeddingModelV3, EmbeddingModelV4 } from '@ai-sdk/provider'
import { APICallError } from '@ai-sdk/provider'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import type { RawItem } from '../../spec/encoder.ts'
import { densify } from '../../spec/features.ts'
import { encoderContract } from '../encoder.contract.ts'
import { makeEncoder } from '../registry.ts'
import type { EmbeddingCall, EmbeddingModel } from './embedding-model.ts'
import { embeddingModelEncoder } from './embedding-model-encoder.ts'
import { openAiCompatible } from './open-ai-compatible.ts'
import type { Clock } from './patient-calls.ts'

const item = (words: string): RawItem => ({ kind: 'words', words })

/** A row of a text: how often each of the first letters is in it. */
function rowOf(text: string, width = 4): number[] {
  return Array.from(
    { length: width },
    (_, k) => text.split(String.fromCharCode(97 + k)).length - 1 + text.length / 64,
  )
}

/** A model of the AI SDK's interface that throws on what it was not told to do. */
class FakeModel implements EmbeddingModelV4 {
  readonly specificationVersion = 'v4'
  readonly provider = 'fake'
  readonly modelId = 'letters'
  readonly maxEmbeddingsPerCall: number
  readonly supportsParallelCalls: boolean
  readonly calls: EmbeddingCall[] = []
  /** What goes wrong before a call succeeds, in turn. */
  troubles: unknown[] = []
  refuses = (_: string) => false
  width = 4
  running = 0
  mostRunning = 0

  constructor({ limit = 3, parallel = false } = {}) {
    this.maxEmbeddingsPerCall = limit
    this.supportsParallelCalls = parallel
  }

  async doEmbed(call: EmbeddingCall) {
    this.calls.push(call)
    if (call.values.length > this.maxEmbeddingsPerCall) throw new Error('more values than declared')
    const trouble = this.troubles.shift()
    if (trouble) throw trouble
    if (call.values.some((text) => this.refuses(text))) throw apiError(400, { isRetryable: false })
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
    await Promise.resolve()
    this.running--
    return { embeddings: call.values.map((text) => rowOf(text, call.dimensions ?? this.width)), warnings: [] }
  }
}

function apiError(
  statusCode: number,
  { isRetryable, ...headers }: { isRetryable?: boolean; [header: string]: unknown } = {},
) {
  return new APICallError({
    message: `status ${statusCode}`,
    url: 'http://fake',
    requestBodyValues: {},
    statusCode,
    responseHeaders: headers as Record<string, string>,
    ...(isRetryable !== undefined && { isRetryable }),
  })
}

class FakeClock implements Clock {
  ms = 0
  waits: number[] = []
  nowMs() {
    return this.ms
  }
  async wait(ms: number) {
    this.waits.push(ms)
    this.ms += ms
  }
}

const texts = ['a', 'bb', 'abc', 'dddd', 'cab', 'bad', 'dabble']
const embed = async (model: EmbeddingModel, options = {}, words = texts) => {
  const encoder = await embeddingModelEncoder(model, options)
  const decoded = await Promise.all(words.map((text) => encoder.decode(item(text))))
  const data = densify(await encoder.encode(decoded))
  return words.map((_, k) => [...data.slice(k * encoder.featureDim, (k + 1) * encoder.featureDim)])
}

const ready = await embeddingModelEncoder(new FakeModel())
const shorter = await embeddingModelEncoder(new FakeModel(), { dimensions: 3 })
const prefixed = await embeddingModelEncoder(new FakeModel(), { prefix: 'query: ' })

encoderContract('an embedding model', {
  make: () => ready,
  others: [() => shorter, () => prefixed],
  items: () => texts.map(item),
  bad: [{ what: 'a text of spaces', item: item(' '), code: 'unreadable-item' }],
  runsGraphs: false,
})

test("the AI SDK's models of versions 3 and 4 fit as they are", () => {
  expectTypeOf<EmbeddingModelV3>().toExtend<EmbeddingModel>()
  expectTypeOf<EmbeddingModelV4>().toExtend<EmbeddingModel>()
})

test('calls hold as many texts as the model declares, one at a time unless it takes more', async () => {
  const oneByOne = new FakeModel({ limit: 3 })
  expect(await embed(oneByOne)).toEqual(texts.map((text) => rowOf(text).map(Math.fround)))
  expect(oneByOne.calls.slice(1).map(({ values }) => values)).toEqual([
    texts.slice(0, 3),
    texts.slice(3, 6),
    texts.slice(6),
  ])
  expect(oneByOne.mostRunning).toBe(1)
  const parallel = new FakeModel({ limit: 1, parallel: true })
  await embed(parallel, { parallelCalls: 3 })
  expect(parallel.mostRunning).toBe(3)
  const unlimited = new FakeModel({ limit: Number.POSITIVE_INFINITY })
  expect((await embeddingModelEncoder(unlimited)).batchSize).toBe(2048)
})

test('dimensions and prefix reach the model; a known width spares the first call', async () => {
  const model = new FakeModel()
  await embed(model, { dimensions: 3, featureDim: 3, prefix: 'query: ' }, ['a'])
  expect(model.calls.map(({ values, dimensions }) => [values, dimensions])).toEqual([[['query: a'], 3]])
})

test('what fails for the moment is tried again, after what the service asks or twice as long each time', async () => {
  const clock = new FakeClock()
  const model = new FakeModel()
  await embeddingModelEncoder(model).then(({ close }) => close())
  model.troubles = [
    apiError(429, { 'retry-after': '7' }),
    apiError(503, { 'retry-after-ms': '250' }),
    apiError(500),
    new TypeError('fetch failed'),
  ]
  await embed(model, { clock, featureDim: 4 }, ['a'])
  expect(clock.waits).toEqual([7000, 250, 4000, 8000])
})

test.each([
  [401, 'check the key'],
  [404, "check the model's name"],
  [400, 'check the options'],
])('HTTP %i is not tried again, and says what to do', async (status, remedy) => {
  const clock = new FakeClock()
  const model = new FakeModel()
  model.troubles = Array(9).fill(apiError(status))
  const embedding = embed(model, { clock, featureDim: 4 }, ['a'])
  await expect(embedding).rejects.toMatchObject({ code: 'service-failed' })
  await expect(embedding).rejects.toThrow(new RegExp(`fake letters.*HTTP ${status}.*${remedy}`))
  expect(clock.waits).toEqual([])
})

test('a service that stays busy is left after the last retry', async () => {
  const model = new FakeModel()
  model.troubles = Array(3).fill(apiError(429))
  const embedding = embed(model, { clock: new FakeClock(), featureDim: 4, retries: 2 }, ['a'])
  await expect(embedding).rejects.toThrow(/HTTP 429.*callsPerMinute/)
  expect(model.calls).toHaveLength(3)
})

test('a text that is refused loses no other: its row alone is not a number', async () => {
  const model = new FakeModel({ limit: 8 })
  model.refuses = (text) => text === 'dddd'
  const rows = await embed(model)
  rows.forEach((row, k) => {
    expect(row).toEqual(texts[k] === 'dddd' ? Array(4).fill(Number.NaN) : rowOf(texts[k]).map(Math.fround))
  })
})

test('no more calls begin within a minute than allowed', async () => {
  const clock = new FakeClock()
  await embed(new FakeModel({ limit: 1 }), { clock, featureDim: 4, callsPerMinute: 60 })
  expect(clock.waits).toEqual(Array(texts.length - 1).fill(1000))
})

test('an answer of too few or too wide rows is an error, not a wrong result', async () => {
  const few = new FakeModel()
  few.doEmbed = async () => ({ embeddings: [[1, 2, 3, 4]], warnings: [] })
  await expect(embed(few)).rejects.toThrow('expected 3 rows, received 1')
  const wide = new FakeModel()
  await expect(embed(wide, { featureDim: 5 })).rejects.toThrow('expected rows of 5, received one of 4')
})

test('what is no embedding model is refused', async () => {
  await expect(embeddingModelEncoder({} as never)).rejects.toMatchObject({ code: 'wrong-usage' })
  const newer = Object.assign(new FakeModel(), { specificationVersion: 'v9' })
  await expect(embeddingModelEncoder(newer as never)).rejects.toThrow('one of version v9')
})

test('stops when it is told to', async () => {
  const stopping = new AbortController()
  const model = new FakeModel()
  model.troubles = [apiError(429)]
  const clock = new FakeClock()
  clock.wait = async () => stopping.abort()
  const embedding = embed(model, { clock, featureDim: 4, signal: stopping.signal }, ['a'])
  await expect(embedding).rejects.toMatchObject({ code: 'cancelled' })
})

describe("a service that speaks as OpenAI's does", () => {
  let server: Server
  let url: string
  let requests: { body: Record<string, unknown>; key?: string }[]
  let answers: [number, unknown, Record<string, string>?][]

  beforeEach(async () => {
    requests = []
    answers = []
    server = createServer((request, response) => {
      let text = ''
      request.on('data', (part) => {
        text += part
      })
      request.on('end', () => {
        const body = JSON.parse(text)
        requests.push({ body, key: request.headers.authorization })
        const rows = (body.input as string[]).map((words, index) => ({ index, embedding: rowOf(words) }))
        const [status, answer, headers] = answers.shift() ?? [200, { data: rows.reverse() }]
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(answer))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  test('gives rows in order, and is sent the key', async () => {
    const rows = await embed(openAiCompatible({ url, model: 'letters', key: 'secret' }))
    expect(rows).toEqual(texts.map((text) => rowOf(text).map(Math.fround)))
    expect(requests[1]).toEqual({
      body: { model: 'letters', input: texts, encoding_format: 'float' },
      key: 'Bearer secret',
    })
  })

  test('is waited for when it is busy, and left when it refuses', async () => {
    const clock = new FakeClock()
    answers = [[429, { error: { message: 'slow down' } }, { 'retry-after': '3' }]]
    await embed(openAiCompatible({ url, model: 'letters' }), { clock })
    expect(clock.waits).toEqual([3000])
    answers = [[401, { error: { message: 'no such key' } }]]
    await expect(embed(openAiCompatible({ url, model: 'letters' }))).rejects.toThrow(
      /HTTP 401: no such key.*check the key/,
    )
    answers = [[302, {}, { location: 'http://elsewhere.invalid/' }]]
    await expect(embed(openAiCompatible({ url, model: 'letters' }), { retries: 0 })).rejects.toMatchObject({
      code: 'service-failed',
    })
  })

  test('is made by name, its key from the environment, and again from its record', async () => {
    process.env.TONGGAN_TEST_KEY = 'secret'
    try {
      const parameters = { url, model: 'letters', keyVariable: 'TONGGAN_TEST_KEY' }
      const encoder = await makeEncoder('text', { id: 'service', parameters })
      const record = JSON.parse(JSON.stringify({ ...encoder }))
      expect(JSON.stringify(record)).not.toContain('secret')
      requests = []
      const again = await makeEncoder('text', record)
      expect(again.fingerprint).toBe(encoder.fingerprint)
      expect(requests).toEqual([])
      await again.encode(['a'])
      expect(requests[0].key).toBe('Bearer secret')
    } finally {
      delete process.env.TONGGAN_TEST_KEY
    }
    const without = { url, model: 'letters', keyVariable: 'TONGGAN_TEST_KEY' }
    await expect(makeEncoder('text', { id: 'service', parameters: without })).rejects.toThrow(
      'a key in the variable',
    )
    await expect(makeEncoder('image', { id: 'service', parameters: { url } })).rejects.toThrow('text or code')
    await expect(makeEncoder('text', { id: 'service', parameters: { url: 'file:x' } })).rejects.toThrow(
      'an http address',
    )
    await expect(makeEncoder('text', { id: 'service', parameters: { colour: 1 } })).rejects.toThrow(
      'received colour',
    )
  })

  test('a saved space asks this machine, and others only where the environment names them', async () => {
    const parameters = { url: 'https://elsewhere.invalid/v1/', model: 'letters', featureDim: 4 }
    const record = { id: 'service', parameters, fingerprint: 'of a stranger' }
    const making = () => makeEncoder('text', record)
    await expect(making()).rejects.toMatchObject({ code: 'wrong-usage' })
    await expect(
      makeEncoder('text', { ...record, parameters: { ...parameters, keyVariable: 'HOME' } }),
    ).rejects.toThrow(/the key in HOME.*set TONGGAN_SERVICES=https:\/\/elsewhere\.invalid\/v1\//)
    vi.stubEnv('TONGGAN_SERVICES', 'http://other.invalid, https://elsewhere.invalid/v1')
    try {
      // It is made, and then told to be another than the one that was saved.
      await expect(making()).rejects.toMatchObject({ code: 'encoder-mismatch' })
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
