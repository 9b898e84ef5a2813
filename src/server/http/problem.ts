// Errors as answers: problem details (RFC 9457), with the code and facts of a TongganError and the request's id. What
// is our own mistake says no more than that; its stack is for the log.

import { errorTable, TongganError } from '../../spec/errors.ts'
import type { ProblemDetails } from '../protocol/schemas.ts'

export const problemType = 'application/problem+json'

export function problemOf(error: unknown, requestId?: string): ProblemDetails {
  const known = error instanceof TongganError ? error : unexpected()
  const { operation, expected, received, remedy, path, row } = known.facts
  return {
    type: `urn:tonggan:error:${known.code}`,
    title: known.code.replaceAll('-', ' '),
    status: errorTable[known.code].http,
    detail: known.message,
    code: known.code,
    ...(requestId !== undefined && { requestId }),
    facts: { operation, expected, received, remedy, path, row },
  }
}

/** @param headers besides those of a problem, such as `Allow` */
export function problemResponse(
  error: unknown,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const problem = problemOf(error, requestId)
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': problemType, 'x-request-id': requestId, ...headersOf(problem), ...headers },
  })
}

function headersOf({ code }: ProblemDetails): Record<string, string> {
  if (code === 'unauthorised') return { 'www-authenticate': 'Bearer realm="tonggan"' }
  return code === 'too-busy' ? { 'retry-after': '1' } : {}
}

function unexpected(): TongganError {
  return new TongganError('unexpected', {
    operation: 'answer the request',
    received: 'a mistake of ours',
    remedy: "look for this request's id in the server's log",
  })
}
