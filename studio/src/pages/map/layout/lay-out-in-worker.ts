// A layout beside the page: the page hands the rows over, hears how far it is, and ends the worker to cancel.

import { type LongCall, TongganError } from 'tonggan'
import type { LayoutOptions, LayoutStage } from './lay-out.ts'
import type { UnitRows } from './unit-rows.ts'

export interface LayoutRequest {
  readonly rows: UnitRows
  readonly options: Omit<LayoutOptions, 'onProgress'>
}

export type LayoutTold =
  | { readonly kind: 'progress'; readonly stage: LayoutStage; readonly share: number }
  | { readonly kind: 'done'; readonly places: Float32Array<ArrayBuffer> }

export type LayoutCall = Omit<LayoutOptions, 'onProgress'> & Pick<LongCall, 'signal' | 'onProgress'>

/**
 * `[rows * 2] float32` places, from a worker that runs `map-worker.ts`. `rows.data` is handed over and empty afterwards.
 * Progress counts hundredths of the stages `neighbours`, `layout` and `place`.
 * @throws TongganError `cancelled` once the signal is aborted, `unexpected` where the worker fails
 */
export function layOutInWorker(
  worker: Worker,
  rows: UnitRows,
  { signal, onProgress, ...options }: LayoutCall = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<Float32Array<ArrayBuffer>>()
  const operation = 'lay out the map'
  const cancel = () =>
    reject(new TongganError('cancelled', { operation, received: 'a request to stop', cause: signal?.reason }))
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  worker.onerror = ({ message }) => reject(new TongganError('unexpected', { operation, received: message }))
  worker.onmessage = ({ data }: MessageEvent<LayoutTold>) => {
    if (data.kind === 'done') resolve(data.places)
    else onProgress?.({ stage: data.stage, done: Math.round(data.share * 100), total: 100, unit: '%' })
  }
  worker.postMessage({ rows, options } satisfies LayoutRequest, [rows.data.buffer as ArrayBuffer])
  return promise.finally(() => {
    signal?.removeEventListener('abort', cancel)
    worker.terminate()
  })
}
