// Leaving a map while its items are read ends it without a word; coming back draws it from the start.

import type { IndexEntry } from 'tonggan'
import { expect, test, vi } from 'vitest'
import type { ItemChunk, OpenSpace, StudioEngine } from '../../engine/studio-engine.ts'
import type { LayoutRequest, LayoutTold } from './layout/lay-out-in-worker.ts'

const items = 4
const entries = Array.from({ length: items }, (_, k) => ({
  id: `${k}`,
  view: 'text',
  modality: 'text',
  content: `${k}`,
})) as IndexEntry[]

/** Lays out at once: every point at the numbers of its row. */
vi.stubGlobal(
  'Worker',
  class {
    onmessage?: (event: { data: LayoutTold }) => void
    postMessage({ rows }: LayoutRequest) {
      queueMicrotask(() =>
        this.onmessage?.({ data: { kind: 'done', places: rows.data as Float32Array<ArrayBuffer> } }),
      )
    }
    terminate() {}
  },
)
const { engine, space, trouble } = await import('../../state/studio.ts')
const { drawing, drawMap, drawn, stopDrawing } = await import('./draw-map.ts')

const open = (hash: string) => {
  space.value = { hash, searchable: items, dim: 2 } as OpenSpace
}

/** An engine whose first reading waits half-way; the ones after do not. */
function readHalf(): { readonly isHalf: Promise<void>; goOn(): void } {
  const half = Promise.withResolvers<void>()
  const rest = Promise.withResolvers<void>()
  let readings = 0
  engine.value = {
    async *items(): AsyncIterable<ItemChunk> {
      const isFirst = readings++ === 0
      yield { from: 0, entries: entries.slice(0, 2), embeddings: new Float32Array([1, 0, 0, 1]) }
      if (isFirst) {
        half.resolve()
        await rest.promise
      }
      yield { from: 2, entries: entries.slice(2), embeddings: new Float32Array([-1, 0, 0, -1]) }
    },
  } as StudioEngine
  return { isHalf: half.promise, goOn: rest.resolve }
}

test('left while it reads, it says nothing; back again, it draws', async () => {
  open('left')
  trouble.value = 'the fit failed'
  const { isHalf, goOn } = readHalf()
  const first = drawMap()
  await isHalf
  stopDrawing()
  expect(drawing.value).toBeUndefined()
  const again = drawMap()
  goOn()
  await Promise.all([first, again])
  expect(drawn.value?.hash).toBe('left')
  expect([...drawn.value!.model.places]).toEqual([1, 0, 0, 1, -1, 0, 0, -1])
  expect([drawing.value, trouble.value]).toEqual([undefined, 'the fit failed'])
})

test('what still ends of a map that was left does not disturb the next', async () => {
  open('disturbed')
  const { isHalf, goOn } = readHalf()
  const first = drawMap()
  await isHalf
  stopDrawing()
  drawing.value = { stage: 'layout', share: 0.5 }
  goOn()
  await first
  expect(drawing.value).toEqual({ stage: 'layout', share: 0.5 })
  expect(drawn.value).toBeUndefined()
  drawing.value = undefined
})

test('items of a space that took the place of its own are not drawn', async () => {
  open('before')
  trouble.value = undefined
  const { isHalf, goOn } = readHalf()
  const ending = drawMap()
  await isHalf
  open('after')
  goOn()
  await ending
  expect([drawn.value, trouble.value]).toEqual([undefined, undefined])
})
