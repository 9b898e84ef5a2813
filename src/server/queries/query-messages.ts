// What the server and the process that reads files say to each other; an error crosses as its code and facts.

import type { ItemQuery } from '../../retrieval/query.ts'
import type { ErrorCode, ErrorFacts } from '../../spec/errors.ts'
import type { Limits } from '../limits.ts'

export type ToReader =
  | { readonly open: ReadonlyMap<string, Uint8Array>; readonly limits: Limits }
  | { readonly query: ItemQuery }

export type FromReader =
  | { readonly ready: true }
  /** The point `[dim]` of the query. */
  | { readonly point: Float32Array }
  | { readonly failed: { readonly code: ErrorCode; readonly facts: ErrorFacts } }
  /** The stack of what was a mistake of ours. */
  | { readonly broke: string }
