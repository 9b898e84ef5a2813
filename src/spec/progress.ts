// What every long call takes: a signal that cancels it and a callback that hears how far it is.

import { TongganError } from './errors.ts'

/** How far a long call is. */
export interface Progress {
  /** What is being done, one stable word or two: `encode image`, `fit`, `search`. */
  readonly stage: string
  /** Units finished so far. */
  readonly done: number
  /** Units in all, where known. */
  readonly total?: number
  /** What a unit is, in the plural: `items`, `epochs`, `rows`. */
  readonly unit: string
  /** Facts that change as it goes, e.g. `{ loss: 1.2, recall: 0.4 }`. */
  readonly facts?: Readonly<Record<string, number | string>>
}

/** What every long call takes. */
export interface LongCall {
  /** Aborting it makes the call reject with `cancelled`, leaving nothing half-written. */
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** @throws TongganError `cancelled` once the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined, operation: string): void {
  if (signal?.aborted)
    throw new TongganError('cancelled', { operation, received: 'a request to stop', cause: signal.reason })
}
