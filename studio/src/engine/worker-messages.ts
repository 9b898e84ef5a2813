// What the page and its worker say to each other. One call is one id: the page starts it and may abort it, the worker
// tells events of it and ends it once. Errors travel as their facts and are TongganErrors again on the other side.

import type { ErrorCode, ErrorFacts } from 'tonggan'

export type ToWorker =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly method: string
      readonly parameters: readonly unknown[]
    }
  /** `signal` throws the work away, `enough` ends it with what there is. */
  | { readonly kind: 'abort'; readonly id: number; readonly which: Which }
  /** The picture that the worker asked for with this id; absent where it could not be drawn. */
  | { readonly kind: 'drawn'; readonly id: number; readonly picture?: ImageBitmap }

export type FromWorker =
  | { readonly kind: 'event'; readonly id: number; readonly name: EventName; readonly value: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  /** Workers cannot draw SVG: the page is asked to. */
  | { readonly kind: 'draw'; readonly id: number; readonly svg: Blob }
  | { readonly kind: 'failed'; readonly id: number; readonly code: ErrorCode; readonly facts: ErrorFacts }

export type Which = 'signal' | 'enough'
export type EventName = 'progress' | 'leftOut'
