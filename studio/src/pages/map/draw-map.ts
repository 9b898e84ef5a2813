// From the open space to a map: its items in chunks, their layout in a worker, a model. One at a time; leaving the page
// stops it.

import { signal } from '@preact/signals'
import { type IndexEntry, TongganError } from 'tonggan'
import { attemptQuietly, engine, space } from '../../state/studio.ts'
import { fittedAtMost } from './layout/lay-out.ts'
import { layOutInWorker } from './layout/lay-out-in-worker.ts'
import { MapModel } from './map-model.ts'

export interface DrawnMap {
  /** Of the space. */
  readonly hash: string
  readonly model: MapModel
  /** What the layout took. */
  readonly seconds: number
  /** Items that were laid out together. */
  readonly fitted: number
}

/** The map that was drawn last. */
export const drawn = signal<DrawnMap | undefined>(undefined)
/** How far the one that is being drawn is. */
export const drawing = signal<{ readonly stage: string; readonly share: number } | undefined>(undefined)

let stop = new AbortController()

export async function drawMap(): Promise<void> {
  const { hash, searchable, dim } = space.value!
  if (drawing.value || (drawn.value?.hash === hash && drawn.value.model.entries.length === searchable)) return
  stop = new AbortController()
  const { signal } = stop
  drawing.value = { stage: 'read', share: 0 }
  drawn.value = undefined
  await attemptQuietly(async () => {
    const entries: IndexEntry[] = []
    const data = new Float32Array(searchable * dim)
    for await (const chunk of engine.value!.items({ signal })) {
      // the page was left, or a fit has opened another space
      if (signal.aborted || space.value?.hash !== hash)
        throw new TongganError('cancelled', { operation: 'draw the map', received: 'a request to stop' })
      entries.push(...chunk.entries)
      data.set(chunk.embeddings, chunk.from * dim)
      drawing.value = { stage: 'read', share: entries.length / searchable }
    }
    const started = performance.now()
    const worker = new Worker(new URL('./layout/map-worker.ts', import.meta.url), { type: 'module' })
    const rows = { data, rows: entries.length, dim }
    const places = await layOutInWorker(worker, rows, {
      signal,
      onProgress({ stage, done }) {
        drawing.value = { stage, share: done / 100 }
      },
    })
    const model = new MapModel(entries, places)
    const seconds = (performance.now() - started) / 1000
    drawn.value = { hash, model, seconds, fitted: Math.min(entries.length, fittedAtMost) }
  })
  if (!signal.aborted) drawing.value = undefined
}

/** At once: what still ends behind it changes nothing, and another may begin. */
export function stopDrawing(): void {
  stop.abort()
  drawing.value = undefined
}
