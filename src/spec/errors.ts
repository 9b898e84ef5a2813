// Every error that Tonggan raises on purpose is a TongganError: a code, the facts as fields, and a sentence
// built from them (what was attempted, what was expected, what came, what to do). One table below maps a code
// to the exit status of the command and the HTTP status of the server, so the decision stands in one place.

/** What each error code means outside the library. `exit`: 1 failed, 2 wrong usage. */
export const errorTable = {
  'wrong-usage': { exit: 2, http: 400 },
  'missing-file': { exit: 1, http: 404 },
  'unsafe-path': { exit: 1, http: 400 },
  'unreadable-item': { exit: 1, http: 422 },
  'unsupported-format': { exit: 1, http: 415 },
  'too-large': { exit: 1, http: 413 },
  'bad-table': { exit: 1, http: 422 },
  'bad-features': { exit: 1, http: 422 },
  'not-enough-data': { exit: 1, http: 422 },
  'shape-mismatch': { exit: 1, http: 422 },
  'bad-graph': { exit: 1, http: 422 },
  'bad-model': { exit: 1, http: 422 },
  'bad-space': { exit: 1, http: 422 },
  'bad-index': { exit: 1, http: 422 },
  'encoder-mismatch': { exit: 1, http: 409 },
  'not-finite': { exit: 1, http: 422 },
  'missing-peer': { exit: 1, http: 501 },
  'engine-failed': { exit: 1, http: 500 },
  'service-failed': { exit: 1, http: 502 },
  'write-failed': { exit: 1, http: 507 },
  'not-found': { exit: 1, http: 404 },
  'wrong-method': { exit: 1, http: 405 },
  unauthorised: { exit: 1, http: 401 },
  forbidden: { exit: 1, http: 403 },
  'timed-out': { exit: 1, http: 408 },
  'too-busy': { exit: 1, http: 503 },
  unexpected: { exit: 1, http: 500 },
  cancelled: { exit: 1, http: 499 },
} as const

/** What went wrong, for programs; the sentence is for people. */
export type ErrorCode = keyof typeof errorTable

/** The facts of an error. `operation` leads the sentence and `remedy` ends it. */
export interface ErrorFacts {
  /** What was attempted, e.g. `project image`. */
  operation: string
  /** What was expected, in the plural of the thing that came, e.g. `rows of 512`. */
  expected?: string
  /** What came instead. */
  received?: string
  /** What the person can do about it, as one sentence without its full stop. */
  remedy?: string
  /** The file it is about, as the person named it. */
  path?: string
  /** The row of the table, counted as a person does: the first row below the header is 1. */
  row?: number
  cause?: unknown
}

/**
 * The one error class.
 *
 * @example
 * throw new TongganError('shape-mismatch', {
 *   operation: 'project image',
 *   expected: 'rows of 512 (space emoji.space)',
 *   received: '768',
 *   remedy: "encode with the space's own encoder",
 * })
 * // project image: expected rows of 512 (space emoji.space), received 768; encode with the space's own encoder
 */
export class TongganError extends Error {
  override readonly name = 'TongganError'
  readonly code: ErrorCode
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, facts: ErrorFacts) {
    super(sentence(facts), facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.facts = facts
  }

  get path(): string | undefined {
    return this.facts.path
  }

  get row(): number | undefined {
    return this.facts.row
  }

  /** The same error with facts added, such as the row that a deeper floor could not know. */
  with(facts: Partial<ErrorFacts>): TongganError {
    return new TongganError(this.code, { ...this.facts, cause: this.cause, ...facts })
  }
}

function sentence({ operation, expected, received, remedy, path, row }: ErrorFacts): string {
  const place = [row === undefined ? '' : `row ${row}`, path ?? ''].filter(Boolean).join(', ')
  const facts = [expected && `expected ${expected}`, received && `received ${received}`]
    .filter(Boolean)
    .join(', ')
  const head = place ? `${operation} (${place})` : operation
  return [facts ? `${head}: ${facts}` : head, remedy].filter(Boolean).join('; ')
}

/** `error` as a TongganError with `facts` added; an error of another kind becomes one with `code`, its cause kept. */
export function asTongganError(error: unknown, code: ErrorCode, facts: ErrorFacts): TongganError {
  if (error instanceof TongganError) {
    return error.with({ path: error.path ?? facts.path, row: error.row ?? facts.row })
  }
  return new TongganError(code, {
    ...facts,
    received: facts.received ?? (error instanceof Error ? error.message : String(error)),
    cause: error,
  })
}
