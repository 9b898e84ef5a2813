import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { serveShapes } from '../../../tests/served-shapes.ts'
import { shapePng } from '../../../tests/shapes.ts'
import type { ItemQuery } from '../../retrieval/query.ts'
import { embedQuery } from '../../retrieval/search.ts'
import { SpaceEncoders } from '../../retrieval/space-encoders.ts'
import type { OnnxSpace } from '../../space/onnx-space.ts'
import { openSpace } from '../../space/open-space.ts'
import { defaultLimits } from '../limits.ts'
import { FileQueries } from './file-queries.ts'

const started: ChildProcess[] = []
let mayStart = true
vi.mock(import('../start-process.ts'), async (original) => {
  const { startProcess } = await original()
  return {
    startProcess: (...where: Parameters<typeof startProcess>) => {
      if (!mayStart) return neverStarted()
      const child = startProcess(...where)
      started.push(child)
      return child
    },
  }
})

const folder = mkdtempSync(join(tmpdir(), 'tonggan-queries-'))
let space: OnnxSpace
let query: ItemQuery
beforeAll(async () => {
  space = await openSpace((await serveShapes(folder)).space)
  const bytes = new Uint8Array(await shapePng({ colour: 'blue', shape: 'star' }))
  query = [{ modality: 'image', item: { kind: 'file', bytes, name: 'star.png' } }]
})
afterAll(async () => {
  await space?.close()
  rmSync(folder, { recursive: true, force: true })
})

it('gives the point that the library gives, and outlives a file that ends the process', async () => {
  const queries = new FileQueries(space, defaultLimits)
  const [{ item }] = query
  const encoders = new SpaceEncoders(space)
  const expected = await embedQuery(space, encoders, { image: item })
  const point = await queries.embed(query)
  expect(
    point.map((value, j) => Math.abs(value - expected[j])).every((difference) => difference < 1e-5),
  ).toBe(true)
  const asked = queries.embed(query)
  await vi.waitUntil(() => started.at(-1)?.kill('SIGKILL'))
  await expect(asked).rejects.toMatchObject({
    code: 'unreadable-item',
    message: expect.stringContaining('ended the decoder'),
  })
  expect(await queries.embed(query)).toEqual(point)
  expect(started).toHaveLength(2)
  queries.close()
  await encoders.close()
})

it('asks for patience where no process can be started, and starts one when it can', async () => {
  const queries = new FileQueries(space, defaultLimits)
  mayStart = false
  for (let again = 0; again < 2; again++)
    await expect(queries.embed(query)).rejects.toMatchObject({ code: 'too-busy' })
  mayStart = true
  expect(await queries.embed(query)).toHaveLength(space.dim)
  queries.close()
})

/** What `fork` gives where the system has no process left: an error, and no exit. */
function neverStarted(): ChildProcess {
  const child = new EventEmitter() as ChildProcess
  setImmediate(() => {
    for (let again = 0; again < 2; again++) child.emit('error', new Error('spawn EAGAIN'))
  })
  return child
}

it('passes on what is wrong with a file, and gives up one that takes too long', async () => {
  const queries = new FileQueries(space, defaultLimits)
  const words = { kind: 'file', bytes: new Uint8Array(9), name: 'a.png' } as const
  await expect(queries.embed([{ modality: 'image', item: words }])).rejects.toMatchObject({
    code: 'unsupported-format',
    path: 'a.png',
  })
  queries.close()
  const hasty = new FileQueries(space, { ...defaultLimits, answerSeconds: 0 })
  await expect(hasty.embed(query)).rejects.toThrow('within 0 s')
  hasty.close()
})
