// What an encoder's workers are told and tell. Errors cross as their code and facts, without what caused them.

import type { Encoder, EncoderRecord, RawItem } from '../../spec/encoder.ts'
import { asTongganError, type ErrorCode, type ErrorFacts, TongganError } from '../../spec/errors.ts'
import type { ModalityName } from '../../spec/modality.ts'

/** What a worker makes its encoder from. */
export interface WorkerOrder {
  readonly modality: ModalityName
  readonly record: EncoderRecord
}

export type Work =
  | { readonly task: 'decode'; readonly item: RawItem }
  | { readonly task: 'encode'; readonly decoded: readonly unknown[] }

export type ToWorker = (Work & { readonly number: number }) | 'close'

export type FromWorker = { readonly number: number } & (
  | { readonly result: unknown }
  | { readonly failure: { readonly code: ErrorCode; readonly facts: ErrorFacts } }
)

export function doWork(encoder: Encoder, work: Work): Promise<unknown> {
  return work.task === 'decode' ? encoder.decode(work.item) : encoder.encode(work.decoded)
}

export function failureOf(error: unknown, work: Work): Extract<FromWorker, { failure: unknown }>['failure'] {
  const { code, facts } = asTongganError(error, 'unexpected', { operation: work.task })
  const { cause: _, ...plain } = facts
  return { code, facts: plain }
}

export function errorOf({ code, facts }: ReturnType<typeof failureOf>): TongganError {
  return new TongganError(code, facts)
}
