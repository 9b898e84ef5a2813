// From bytes to a request that is as its schema says, or one clear sentence about the first thing that is not.

import type { z } from 'zod'
import { TongganError } from '../../spec/errors.ts'

/** @throws TongganError `wrong-usage` */
export function parseJson(bytes: Uint8Array, what = 'the body'): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new TongganError('wrong-usage', {
      operation: `read ${what}`,
      expected: 'JSON in UTF-8',
      received: bytes.length === 0 ? 'nothing' : (cause as Error).message,
      cause,
    })
  }
}

/** @throws TongganError `wrong-usage` that names the first field that is not as `schema` says */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TongganError('wrong-usage', {
    operation: 'read the request',
    expected: 'what /openapi.json says',
    received: `${issue.path.map(String).join('.') || 'the whole'}: ${shortened(issue.message)}`,
    remedy: 'see /reference',
  })
}

/** What the address says after `?`. @throws TongganError `wrong-usage`, as `checked` */
export function checkedAddress<S extends z.ZodType>(schema: S, { url }: Request): z.output<S> {
  return checked(schema, Object.fromEntries(new URL(url).searchParams))
}

function shortened(message: string): string {
  return message.length > 300 ? `${message.slice(0, 300)}…` : message
}
