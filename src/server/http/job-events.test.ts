import { expect, it } from 'vitest'
import type { Job } from '../protocol/schemas.ts'
import { jobEvents } from './job-events.ts'

const job: Job = { id: 'a', kind: 'fit', space: 'words', state: 'running', created: '2026-01-01T00:00:00Z' }

function watched() {
  const listeners = new Set<(job: Job) => void>()
  const jobs = {
    get: () => job,
    watch(_: string, listener: (job: Job) => void) {
      listeners.add(listener)
      listener(job)
      return () => listeners.delete(listener)
    },
  }
  const tell = (change: Partial<Job>) => {
    for (const listener of listeners) listener({ ...job, ...change })
  }
  const events = (method = 'GET') => jobEvents(jobs, 'a', new Request('http://localhost', { method }))
  return { listeners, tell, events }
}

const progress = (done: number) => ({ progress: { stage: 'train', done, total: 1000, unit: 'steps' } })

it('keeps the newest state alone for a client that does not read, and ends with the end', async () => {
  const { listeners, tell, events } = watched()
  const { body } = events()
  for (let done = 1; done <= 1000; done++) tell(progress(done))
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toContain('"state":"running"')
  expect((await reader.read()).value).toContain('"done":1000')
  tell({ ...progress(1000), state: 'done' })
  expect((await reader.read()).value).toMatch(/^event: end\n/)
  expect([(await reader.read()).done, listeners.size]).toEqual([true, 0])
})

it('watches for nobody who has gone, or only asks whether there is something to watch', async () => {
  const { listeners, events } = watched()
  expect([events('HEAD').body, listeners.size]).toEqual([null, 0])
  const { body } = events()
  expect(listeners.size).toBe(1)
  await body!.cancel()
  expect(listeners.size).toBe(0)
})
