// A job as server-sent events: its present state at once, so that a client that comes late or again misses nothing,
// then each change, and `end` with the whole job last.

import { hasEnded, type Jobs } from '../jobs/jobs.ts'
import type { Job } from '../protocol/schemas.ts'

/** So that proxies do not take the stream for dead. */
const heartbeatMs = 15_000

/** @throws TongganError `not-found` */
export function jobEvents(jobs: Jobs, id: string): Response {
  jobs.get(id)
  let stop = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => controller.enqueue(new TextEncoder().encode(text))
      const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs)
      let unwatch = () => {}
      stop = () => {
        clearInterval(heartbeat)
        unwatch()
      }
      let isOver = false
      unwatch = jobs.watch(id, (job) => {
        write(eventOf(job))
        if (!hasEnded(job)) return
        isOver = true
        stop()
        controller.close()
      })
      if (isOver) stop()
    },
    cancel: () => stop(),
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } })
}

function eventOf(job: Job): string {
  return `event: ${hasEnded(job) ? 'end' : 'progress'}\ndata: ${JSON.stringify(job)}\n\n`
}
