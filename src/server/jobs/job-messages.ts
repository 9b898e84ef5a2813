// What the server and the process of a job say to each other. Messages are plain data: an error crosses as its code
// and facts.

import type { Problem } from '../../spec/dataset.ts'
import type { ErrorCode, ErrorFacts } from '../../spec/errors.ts'
import { TongganError } from '../../spec/errors.ts'
import type { Progress } from '../../spec/progress.ts'
import type { Limits } from '../limits.ts'
import type { CheckedJobRequest, Job } from '../protocol/schemas.ts'

/** A dataset as the job's process gets it: where a table is, or its files. */
export type DatasetSource =
  | { readonly kind: 'path'; readonly path: string; readonly name: string }
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, Uint8Array> }

export interface JobOrder {
  readonly request: CheckedJobRequest
  readonly source: DatasetSource
  /** Of the space that is written or read. */
  readonly spaceFolder: string
  readonly limits: Limits
}

/** `enough`: end training with the best so far; `cancel`: throw all away. */
export type ToJob = { readonly order: JobOrder } | 'enough' | 'cancel'

export type FromJob =
  | { readonly ready: true }
  | { readonly progress: Progress }
  | { readonly done: NonNullable<Job['result']>; readonly leftOut: Job['leftOut'] }
  | { readonly failed: { readonly code: ErrorCode; readonly facts: ErrorFacts } }
  | { readonly broke: string }

const shown = 5

export function leftOutOf(problems: readonly Problem[]): Job['leftOut'] {
  const first = problems.slice(0, shown).map(({ row, view, error }) => ({
    ...(row !== undefined && { row }),
    ...(view !== undefined && { view }),
    code: error.code,
    message: error.message,
  }))
  return { count: problems.length, first }
}

/** @param error whatever was thrown; what is not a TongganError is a mistake of ours, and tells its stack */
export function failureOf(error: unknown): FromJob {
  if (!(error instanceof TongganError))
    return { broke: error instanceof Error ? (error.stack ?? '') : String(error) }
  const { cause: _, ...facts } = error.facts
  return { failed: { code: error.code, facts } }
}
