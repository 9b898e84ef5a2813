import { expect, it, vi } from 'vitest'
import type { ItemQuery } from '../../retrieval/query.ts'
import { KnownPoints } from './known-points.ts'

const file = (...bytes: number[]): ItemQuery => [
  { modality: 'image', item: { kind: 'file', bytes: Uint8Array.from(bytes), name: 'a.png' } },
]

it('makes a point once, for those that wait and those that come after', async () => {
  const make = vi.fn(async () => Float32Array.of(1))
  const points = new KnownPoints(make)
  const [first, second] = await Promise.all([points.of(file(1, 2)), points.of(file(1, 2))])
  expect([first === second, first === (await points.of(file(1, 2)))]).toEqual([true, true])
  expect(make).toHaveBeenCalledTimes(1)
  const [{ item }] = file(1, 2)
  for (const other of [file(1, 3), [{ modality: 'audio', item }] as const, [...file(1), ...file(2)]])
    await points.of(other)
  expect(make).toHaveBeenCalledTimes(4)
})

it('makes it again after it failed, and after many others', async () => {
  const make = vi.fn(async () => Float32Array.of(1))
  make.mockRejectedValueOnce(new Error('no'))
  const points = new KnownPoints(make)
  await expect(points.of(file(1))).rejects.toThrow('no')
  for (let k = 0; k < 65; k++) await points.of(file(k))
  expect(make).toHaveBeenCalledTimes(66)
  await points.of(file(0))
  expect(make).toHaveBeenCalledTimes(67)
})

it('lets one go away without the others', async () => {
  const { promise, resolve } = Promise.withResolvers<Float32Array>()
  const points = new KnownPoints(() => promise)
  const stop = new AbortController()
  const gone = points.of(file(1), stop.signal)
  const stays = points.of(file(1), new AbortController().signal)
  stop.abort(new Error('gone'))
  await expect(gone).rejects.toThrow('gone')
  await expect(points.of(file(1), stop.signal)).rejects.toThrow('gone')
  resolve(Float32Array.of(7))
  expect([...(await stays)]).toEqual([7])
})
