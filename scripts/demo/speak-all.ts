// Many utterances at once, one worker thread a core. Files that are there already are kept, so that a run which was
// stopped goes on where it was.

import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type LongCall, throwIfAborted } from '../../src/spec/progress.ts'
import type { Voice } from './voices.ts'

export interface Utterance {
  readonly words: string
  readonly voice: Voice
  /** Where the WAV file goes. */
  readonly path: string
}

export async function speakAll(
  utterances: readonly Utterance[],
  { signal, onProgress }: LongCall,
): Promise<void> {
  const missing = utterances.filter(({ path }) => !existsSync(path))
  const queue = missing[Symbol.iterator]()
  let done = 0
  const workers = Array.from(
    { length: Math.min(availableParallelism(), missing.length) },
    () => new Worker(new URL('./speaker.ts', import.meta.url)),
  )
  const speakInTurn = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const next = () => {
        const { value, done: empty } = queue.next()
        if (empty) resolve()
        else worker.postMessage(value)
      }
      worker.on('error', reject)
      worker.on('exit', () => reject(new Error('a speaking thread ended early')))
      worker.on('message', () => {
        onProgress?.({ stage: 'speak names', done: ++done, total: missing.length, unit: 'names' })
        next()
      })
      next()
    })
  const stopped = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    throwIfAborted(signal, 'speak names')
    await Promise.race([stopped, Promise.all(workers.map(speakInTurn))])
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
