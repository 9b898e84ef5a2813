// One encoder over several worker threads, each with sessions of its own. Items are decoded and batches encoded by the
// worker that has the least to do; a row does not depend on its neighbours, so results are bit by bit those of one
// worker, whichever made them. Workers start when first needed. Films are the exception: they are read by parts from
// files that this thread holds open, and decoded by ffmpeg, a process of its own; only their pictures go to workers.

import { Worker } from 'node:worker_threads'
import type { Encoder, RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import type { FeatureChunk } from '../../spec/features.ts'
import { errorOf, type FromWorker, type ToWorker, type Work, type WorkerOrder } from './pool-messages.ts'

/** @param encoder made by `makeEncoder`; it decodes films and is otherwise not used */
export function poolEncoder(encoder: Encoder, workers: number): Encoder {
  const { modality, id, fingerprint, parameters } = encoder
  const pool = new WorkerPool({ modality, record: { id, fingerprint, parameters } }, workers)
  return {
    ...encoder,
    workers,
    decode: (item) => pool.run({ task: 'decode', item: alone(item) }),
    encode: (decoded) => pool.run({ task: 'encode', decoded }) as Promise<FeatureChunk>,
    async close() {
      await Promise.all([pool.close(), encoder.close()])
    },
  }
}

/** With bytes that are the whole of their buffer, since a message carries the buffer. */
function alone(item: RawItem): RawItem {
  if (item.kind === 'words' || item.bytes.byteLength === item.bytes.buffer.byteLength) return item
  return { ...item, bytes: new Uint8Array(item.bytes) }
}

class WorkerPool {
  readonly #order: WorkerOrder
  readonly #limit: number
  #lanes: Lane[] = []

  constructor(order: WorkerOrder, limit: number) {
    this.#order = order
    this.#limit = limit
  }

  run(work: Work): Promise<unknown> {
    this.#lanes = this.#lanes.filter(({ ended }) => !ended)
    let lane = this.#lanes.toSorted((a, b) => a.load - b.load)[0]
    if (!lane || (lane.load > 0 && this.#lanes.length < this.#limit)) {
      lane = new Lane(this.#order)
      this.#lanes.push(lane)
    }
    return lane.run(work)
  }

  async close(): Promise<void> {
    const lanes = this.#lanes
    this.#lanes = []
    await Promise.all(lanes.map((lane) => lane.close()))
  }
}

interface Pending {
  readonly work: Work
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** One worker and what it was given. It keeps the process alive only while it has something to do. */
class Lane {
  /** Items that it was given and has not answered for. */
  load = 0
  ended = false
  readonly #order: WorkerOrder
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  readonly #exit: Promise<void>
  #count = 0

  constructor(order: WorkerOrder) {
    this.#order = order
    const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    this.#worker = new Worker(new URL(`./encoder-worker.node${ending}`, import.meta.url), {
      workerData: order,
      execArgv: ending === '.ts' ? ['--conditions=tonggan-source'] : [],
    })
    this.#worker.unref()
    this.#worker.on('message', (answer: FromWorker) => this.#settle(answer))
    this.#exit = new Promise((resolve) => {
      let cause: unknown
      this.#worker.on('error', (error) => {
        cause = error
      })
      this.#worker.on('exit', (code) => {
        this.ended = true
        this.#fail(cause ?? `exit code ${code}`)
        resolve()
      })
    })
  }

  run(work: Work): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const number = this.#count++
      this.#pending.set(number, { work, resolve, reject })
      this.load += sizeOf(work)
      this.#worker.ref()
      this.#worker.postMessage({ number, ...work } satisfies ToWorker)
    })
  }

  async close(): Promise<void> {
    this.#worker.ref()
    this.#worker.postMessage('close' satisfies ToWorker)
    await this.#exit
  }

  #settle(answer: FromWorker): void {
    const { work, resolve, reject } = this.#pending.get(answer.number)!
    this.#pending.delete(answer.number)
    this.load -= sizeOf(work)
    if (this.#pending.size === 0) this.#worker.unref()
    if ('failure' in answer) reject(errorOf(answer.failure))
    else resolve(answer.result)
  }

  #fail(cause: unknown): void {
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of pending) reject(lostWorker(this.#order, pending, cause))
  }
}

function sizeOf(work: Work): number {
  return work.task === 'encode' ? work.decoded.length : 1
}

function lostWorker({ record }: WorkerOrder, pending: readonly Pending[], cause: unknown): TongganError {
  const doing = pending.map(({ work }) => {
    if (work.task === 'encode') return `encoding ${work.decoded.length} items`
    return work.item.kind === 'file' ? `decoding ${work.item.name}` : 'decoding words'
  })
  return new TongganError('engine-failed', {
    operation: `encode with ${record.id}`,
    expected: 'its workers to go on',
    received: `${cause instanceof Error ? cause.message : cause} of one that was ${doing.join(', ')}`,
    remedy: 'run again: what was encoded is kept; with fewer workers where memory ran out',
    cause,
  })
}
