// The page's end of the worker: calls by name, each with its own signals and events. What crosses is cloned or, for
// buffers that come back, handed over; Blobs cross without being read.

import { TongganError } from 'tonggan'
import { drawSvg } from './draw-svg.ts'
import type { FitCall } from './studio-engine.ts'
import type { EventName, FromWorker, ToWorker, Which } from './worker-messages.ts'

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
  onEvent(name: EventName, value: never): void
}

export class WorkerClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(worker: Worker) {
    this.#worker = worker
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data)
    worker.onerror = (event) => this.#fail(event.message)
    worker.onmessageerror = () => this.#fail('a message that cannot be read')
  }

  call<Result>(method: string, parameters: readonly unknown[], call: FitCall = {}): Promise<Result> {
    const id = ++this.#last
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const onEvent = (name: EventName, value: never) =>
      name === 'progress' ? call.onProgress?.(value) : call.onLeftOut?.(value)
    this.#waiting.set(id, { resolve, reject, onEvent })
    this.#say({ kind: 'call', id, method, parameters })
    const stopHearing = (['signal', 'enough'] as const).map((which) => this.#forward(id, which, call[which]))
    return promise.finally(() => {
      for (const stop of stopHearing) stop()
    }) as Promise<Result>
  }

  close(): void {
    this.#worker.terminate()
    this.#fail('the worker was closed')
  }

  #forward(id: number, which: Which, signal: AbortSignal | undefined): () => void {
    const abort = () => this.#say({ kind: 'abort', id, which })
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    return () => signal?.removeEventListener('abort', abort)
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'draw') {
      void this.#draw(message.id, message.svg)
      return
    }
    const waiting = this.#waiting.get(message.id)
    if (!waiting) return
    if (message.kind === 'event') {
      waiting.onEvent(message.name, message.value as never)
      return
    }
    this.#waiting.delete(message.id)
    if (message.kind === 'done') waiting.resolve(message.value)
    else waiting.reject(new TongganError(message.code, message.facts))
  }

  async #draw(id: number, svg: Blob): Promise<void> {
    const picture = await drawSvg(svg).catch(() => undefined)
    const message: ToWorker = { kind: 'drawn', id, ...(picture && { picture }) }
    this.#worker.postMessage(message, picture ? [picture] : [])
  }

  /** Nothing that was asked will be answered. */
  #fail(received: string): void {
    const facts = { operation: 'ask the worker', received, remedy: 'load the page again' }
    for (const { reject } of this.#waiting.values()) reject(new TongganError('unexpected', facts))
    this.#waiting.clear()
  }
}
