// A hub on this machine, as huggingface.co and its mirrors answer: what is fetched, kept, pinned, and what is said when
// it is not there.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tinyClip, tinySentences } from '../../../tests/tiny-models/models.ts'
import type { Progress } from '../../spec/progress.ts'
import { makeEncoder } from '../registry.ts'
import { hubEncoder } from './hub-encoder.ts'

const commit = 'a'.repeat(40)
let server: Server
let endpoint: string
let modelsHere: string
let asked: string[]
/** What the server does instead of answering well, by path. */
let trouble: Record<string, 'cut' | number>
/** What every request must carry, where there is one. */
let consent: string | undefined

beforeEach(async () => {
  modelsHere = mkdtempSync(join(tmpdir(), 'tonggan-downloads-'))
  asked = []
  trouble = {}
  consent = undefined
  const models = { 'tiny/clip': tinyClip(), 'tiny/sentences': tinySentences() }
  server = createServer((request, response) => {
    const [, model, revision, path] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(request.url!) ?? []
    asked.push(`${revision} ${path}`)
    const { authorization } = request.headers
    if (authorization !== (consent && `Bearer ${consent}`)) return void response.writeHead(401).end()
    const bytes = (models as Record<string, ReadonlyMap<string, Uint8Array>>)[model]?.get(path)
    if (typeof trouble[path] === 'number') return void response.writeHead(trouble[path]).end()
    if (!bytes) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-length': bytes.length, 'x-repo-commit': commit })
    if (trouble[path] !== 'cut') return void response.end(bytes)
    response.write(bytes.subarray(0, 100), () => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(modelsHere, { recursive: true })
})

const open = (options: Partial<Parameters<typeof hubEncoder>[0]> = {}) =>
  hubEncoder({ modality: 'text', model: 'tiny/clip', endpoint, modelsFolder: modelsHere, ...options })

test('what a tower needs is fetched once, at the commit that the branch means, and then works offline', async () => {
  const first = await open()
  expect(first).toMatchObject({ id: 'hub/tiny/clip', parameters: { model: 'tiny/clip', revision: commit } })
  expect(asked[0]).toBe('main config.json')
  expect(asked.slice(1).every((request) => request.startsWith(commit))).toBe(true)
  expect(asked).not.toContain(`${commit} onnx/vision_model.onnx`)
  expect(new Set(asked).size).toBe(asked.length)

  asked = []
  const second = await open()
  const offline = await open({ offline: true, endpoint: 'http://127.0.0.1:1' })
  const pinned = await open({ revision: commit, offline: true })
  expect(asked).toEqual([])
  for (const again of [second, offline, pinned]) expect(again.fingerprint).toBe(first.fingerprint)
})

test('the same files from a folder give the same fingerprint', async () => {
  const { fingerprint } = await open({ model: 'tiny/sentences' })
  const local = await hubEncoder({ modality: 'text', model: tinySentences() })
  expect(local.fingerprint).toBe(fingerprint)
})

test('one bar tells of all files together, in bytes', async () => {
  const heard: Progress[] = []
  await open({ onProgress: (progress) => heard.push(progress) })
  const files = tinyClip()
  const large = ['tokenizer.json', 'tokenizer_config.json', 'onnx/text_model.onnx']
  const bytes = large.reduce((sum, path) => sum + files.get(path)!.length, 0)
  expect(new Set(heard.map(({ stage, unit }) => `${stage}, ${unit}`))).toEqual(
    new Set(['download tiny/clip, bytes']),
  )
  const last = heard.at(-1)!
  expect(last.done).toBe(last.total)
  expect(last.total).toBeGreaterThanOrEqual(bytes)
  heard.slice(1).forEach(({ done }, k) => {
    expect(done).toBeGreaterThan(heard[k].done)
  })
})

test('a hub that cannot be reached names the mirror; one that refuses, its status', async () => {
  const blocked = open({ endpoint: 'http://127.0.0.1:1' })
  await expect(blocked).rejects.toMatchObject({ code: 'service-failed' })
  await expect(blocked).rejects.toThrow(/127\.0\.0\.1:1.*set HF_ENDPOINT to a mirror.*or give the folder/)
  trouble = { 'config.json': 503 }
  await expect(open()).rejects.toThrow('HTTP 503 for config.json')
})

test('a model that is not on the hub, or that was never downloaded, is missing', async () => {
  await expect(open({ model: 'tiny/none' })).rejects.toMatchObject({ code: 'missing-file' })
  await expect(open({ model: 'tiny/none' })).rejects.toThrow('a model of this name that everyone may read')
  await expect(open({ offline: true })).rejects.toThrow('go online once')
  await expect(open({ dtype: 'q4' })).rejects.toMatchObject({
    code: 'missing-file',
    path: 'onnx/text_model_q4.onnx',
  })
})

test('a model that asks for consent is had with a token, which is not saved', async () => {
  consent = 'hf_secret'
  await expect(open()).rejects.toThrow(/everyone may read.*set HF_TOKEN/)
  await expect(open({ token: 'hf_other' })).rejects.toThrow(/your token may read/)
  const encoder = await open({ token: 'hf_secret' })
  expect(JSON.stringify(encoder.parameters)).not.toContain('hf_')
  await encoder.close()
})

test('the token of the environment goes to the hub of the environment alone', async () => {
  vi.stubEnv('HF_TOKEN', 'hf_secret')
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1')
  try {
    await (await open()).close() // it would be refused if it came with a token
    vi.stubEnv('HF_ENDPOINT', endpoint)
    consent = 'hf_secret'
    await (await open({ revision: 'b'.repeat(40) })).close()
  } finally {
    vi.unstubAllEnvs()
  }
})

test('a saved space says what the model is, not where it comes from', async () => {
  const record = { id: 'hub/tiny/clip', fingerprint: 'of a stranger' }
  for (const place of [{ endpoint }, { modelsFolder: modelsHere }, { token: 'mine' }]) {
    const making = makeEncoder('text', { ...record, parameters: { model: 'tiny/clip', ...place } })
    await expect(making).rejects.toThrow(/parameter of a saved encoder: .*model.*received/)
  }
  expect(asked).toEqual([])
})

test('a download that breaks off leaves nothing, and goes on where it is tried again', async () => {
  trouble = { 'onnx/text_model.onnx': 'cut' }
  await expect(open()).rejects.toMatchObject({ code: 'service-failed' })
  const kept = readdirSync(modelsHere, { recursive: true, encoding: 'utf8' })
  expect(kept.filter((path) => /text_model|part$/.test(path))).toEqual([])
  trouble = {}
  asked = []
  await (await open()).close()
  expect(asked).toEqual([`${commit} onnx/text_model.onnx`])
})

test('stops when it is told to', async () => {
  const stopping = new AbortController()
  const opening = open({ signal: stopping.signal, onProgress: () => stopping.abort() })
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' })
})
