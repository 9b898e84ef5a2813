// The process of one job, started by `Jobs`. It gets its order, tells of its progress, and ends. It ends, too, when
// the server is gone, and it leaves Ctrl-C, which a terminal sends to both, to the server.

import type { Progress } from '../../spec/progress.ts'
import { doJob } from './do-job.ts'
import { type FromJob, failureOf, leftOutOf, type ToJob } from './job-messages.ts'

const stop = new AbortController()
const enough = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(1))
process.on('message', (message: ToJob) => {
  if (message === 'cancel') stop.abort('cancelled')
  else if (message === 'enough') enough.abort()
  else void work(message)
})
await tell({ ready: true })

async function work({ order }: Exclude<ToJob, string>): Promise<void> {
  try {
    const onProgress = throttled((progress) => void tell({ progress }))
    const { result, problems } = await doJob(order, { signal: stop.signal, onProgress }, enough.signal)
    await tell({ done: result, leftOut: leftOutOf(problems) })
  } catch (error) {
    await tell(failureOf(error))
  }
  process.exit(0)
}

function tell(message: FromJob): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve())
  })
}

const pauseMs = 100

/** At most ten messages a second, and the first and last of each stage. */
function throttled(report: (progress: Progress) => void): (progress: Progress) => void {
  let stage = ''
  let nextMs = 0
  return (progress) => {
    const nowMs = performance.now()
    if (progress.stage === stage && progress.done !== progress.total && nowMs < nextMs) return
    stage = progress.stage
    nextMs = nowMs + pauseMs
    report(progress)
  }
}
