// An encoding over several workers gives what one gives, bit by bit and in the same order, and ends as clearly.

import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { encode, openDataset } from '../src/index.ts'
import { makeEncoder } from '../src/modalities/registry.ts'
import type { EncodedDataset } from '../src/spec/dataset.ts'
import type { Encoder } from '../src/spec/encoder.ts'
import { densify } from '../src/spec/features.ts'
import { bytesOf, draw, picture } from './pictures.ts'

const started: Worker[] = vi.hoisted(() => [])
vi.mock('node:worker_threads', async (load) => {
  const threads = await load<typeof import('node:worker_threads')>()
  class Watched extends threads.Worker {
    constructor(...how: ConstructorParameters<typeof threads.Worker>) {
      super(...how)
      started.push(this)
    }
  }
  return { ...threads, Worker: Watched }
})

const rows = 200
const bad = 70
const files = new Map<string, Uint8Array | string>()
let encoder: Encoder

beforeEach(async () => {
  started.length = 0
  if (files.size > 0) return
  const cells: string[] = []
  for (let k = 0; k < rows; k++) {
    // Every tenth picture is the one before it once more.
    const n = k % 10 === 9 ? k - 1 : k
    const drawn = draw(picture(8, 8, (x, y) => [(x * n) % 256, (y * n * 3) % 256, n, 255]))
    files.set(`${k}.png`, k === bad ? new Uint8Array(40) : await bytesOf(drawn.png()))
    cells.push(`${k}.png`)
  }
  files.set('items.csv', `image\n${cells.join('\n')}\n`)
})
afterEach(() => encoder?.close())

const small = async (workers: number, inner = 16) => {
  const made = await makeEncoder('image', { id: 'builtin', parameters: { size: 32 } }, { workers })
  encoder = { ...made, batchSize: inner }
  return encoder
}

async function encodeAll(workers: number, signal?: AbortSignal): Promise<EncodedDataset> {
  return encode(await openDataset(files), { image: await small(workers) }, { cache: false, signal })
}

async function dense({ views: [{ features }] }: EncodedDataset): Promise<Float32Array> {
  const all = new Float32Array(features.count * features.dim)
  let at = 0
  for await (const chunk of features.chunks()) {
    all.set(densify(chunk), at)
    at += chunk.rows * chunk.dim
  }
  return all
}

test('three workers give the bits, the order and the problems of one', async () => {
  const alone = await encodeAll(1)
  expect(started).toHaveLength(0)
  const shared = await encodeAll(3)
  expect(started).toHaveLength(3)
  expect(await dense(shared)).toEqual(await dense(alone))
  const facts = ({ views: [{ rows, contents }], problems }: EncodedDataset) => ({
    rows,
    same: [...contents].map((content, k) => contents.indexOf(content) === k),
    problems: problems.map(({ row, error }) => ({ row, code: error.code, message: error.message })),
  })
  expect(facts(shared)).toEqual(facts(alone))
  expect(facts(shared).rows).toHaveLength(rows - 1)
  expect(facts(shared).problems).toMatchObject([{ row: bad + 1, code: 'unsupported-format' }])
})

test('as many batches are under way as there are workers, and no item is encoded twice', async () => {
  const shared = await small(2)
  let [underWay, most, items] = [0, 0, 0]
  const watched: Encoder = {
    ...shared,
    async encode(decoded) {
      items += decoded.length
      most = Math.max(most, ++underWay)
      const chunk = await shared.encode(decoded)
      underWay--
      return chunk
    },
  }
  await encode(await openDataset(files), { image: watched }, { cache: false })
  expect(most).toBe(2)
  expect(items).toBe(rows - rows / 10 - 1)
})

test('an error of one batch is that batch’s', async () => {
  const { decode, encode } = await small(2)
  const good = await decode({ kind: 'file', name: 'a.png', bytes: files.get('1.png') as Uint8Array })
  const [first, second, third] = await Promise.allSettled([
    encode([good]),
    encode([{ width: 8 }]),
    encode([good]),
  ])
  expect(second).toMatchObject({ status: 'rejected', reason: { name: 'TongganError' } })
  expect(first).toMatchObject({ status: 'fulfilled' })
  expect(third).toEqual(first)
})

test('it can be stopped, closed and used again', async () => {
  const stop = new AbortController()
  const dataset = await openDataset(files)
  const image = await small(2)
  const onProgress = ({ done }: { done: number }) => done >= 64 && stop.abort()
  const stopped = encode(dataset, { image }, { cache: false, signal: stop.signal, onProgress })
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
  await image.close()
  expect(started.map(({ threadId }) => threadId)).toEqual([-1, -1])
  const { views } = await encode(dataset, { image }, { cache: false })
  expect(views[0].rows).toHaveLength(rows - 1)
})

test('a worker that dies says what it was doing, and another takes its place', async () => {
  const { decode, encode } = await small(2)
  const item = { kind: 'file' as const, name: 'a.png', bytes: files.get('1.png') as Uint8Array }
  const good = await decode(item)
  const lost = encode([good, good])
  await started[0].terminate()
  await expect(lost).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringMatching(
      /encode with builtin\/image: .*exit code 1 of one that was encoding 2 items/,
    ),
  })
  expect((await encode([good])).rows).toBe(1)
})
