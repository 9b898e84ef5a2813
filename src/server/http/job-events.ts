// A job as server-sent events: its present state at once, so that a client that comes late or again misses nothing,
// then each change, and `end` with the whole job last. A client that does not keep up, or has stopped reading, gets the
// newest state when it reads on: nothing piles up for it.

import { hasEnded, type Jobs } from '../jobs/jobs.ts'
import type { Job } from '../protocol/schemas.ts'

/** So that proxies do not take the stream for dead. */
const heartbeatMs = 15_000

/** @throws TongganError `not-found` */
export function jobEvents(jobs: Pick<Jobs, 'get' | 'watch'>, id: string, { method }: Request): Response {
  jobs.get(id)
  const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }
  // nobody would ever end the watch of a stream that is not read
  if (method === 'HEAD') return new Response(null, { headers })
  let stop = () => {}
  /** The newest state, until it was sent. */
  let news: Job | undefined
  const send = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (!news || (controller.desiredSize ?? 0) <= 0) return
    const job = news
    news = undefined
    controller.enqueue(encoded(eventOf(job)))
    if (!hasEnded(job)) return
    stop()
    controller.close()
  }
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const heartbeat = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoded(': still here\n\n'))
      }, heartbeatMs)
      let unwatch = () => {}
      stop = () => {
        clearInterval(heartbeat)
        unwatch()
      }
      unwatch = jobs.watch(id, (job) => {
        news = job
        send(controller)
      })
    },
    pull: send,
    cancel: () => stop(),
  })
  return new Response(body, { headers })
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function eventOf(job: Job): string {
  return `event: ${hasEnded(job) ? 'end' : 'progress'}\ndata: ${JSON.stringify(job)}\n\n`
}
