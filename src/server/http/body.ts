// The body of a request, read to its end within limits: of its own kind, and of all bodies that are held at a time, so
// that many large requests cannot fill the memory together. Its kind is what its header says; another is refused
// before a byte is read.

import { TongganError } from '../../spec/errors.ts'

/** What all requests together may hold. */
export class BodyBudget {
  readonly #most: number
  #held = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @throws TongganError `too-busy` where there is no room for `bytes` more */
  take(bytes: number): void {
    if (this.#held + bytes > this.#most) {
      throw new TongganError('too-busy', {
        operation: 'read the request',
        expected: `at most ${this.#most} bytes of all requests at a time`,
        received: 'more',
        remedy: 'try again in a while',
      })
    }
    this.#held += bytes
  }

  give(bytes: number): void {
    this.#held -= bytes
  }
}

export interface BodyOptions {
  readonly maxBytes: number
  readonly budget: BodyBudget
  /** Gets a function that must be called when the request is over. */
  readonly onRelease: (release: () => void) => void
}

/** `application/json` or `multipart/form-data`. @throws TongganError `unsupported-format` for any other */
export function kindOfBody(request: Request, multipart: boolean): 'json' | 'multipart' {
  const type = request.headers.get('content-type')
  const essence = type?.split(';', 1)[0].trim().toLowerCase()
  if (essence === 'application/json') return 'json'
  if (multipart && essence === 'multipart/form-data') return 'multipart'
  throw new TongganError('unsupported-format', {
    operation: 'read the request',
    expected: `Content-Type application/json${multipart ? ' or multipart/form-data' : ''}`,
    received: type ?? 'none',
  })
}

/** @throws TongganError `too-large`, `too-busy`, `wrong-usage` where it breaks off */
export async function readBody(
  request: Request,
  { maxBytes, budget, onRelease }: BodyOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > maxBytes) throw tooLarge(maxBytes, `${announced}`)
  let held = 0
  onRelease(() => budget.give(held))
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunksOf(request)) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(maxBytes, 'more')
    budget.take(chunk.length)
    held += chunk.length
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

async function* chunksOf({ body }: Request): AsyncIterable<Uint8Array> {
  if (!body) return
  try {
    yield* body
  } catch (cause) {
    if (cause instanceof TongganError) throw cause
    throw new TongganError('wrong-usage', {
      operation: 'read the request',
      expected: 'a whole body',
      received: 'one that broke off',
      cause,
    })
  }
}

function tooLarge(maxBytes: number, received: string): TongganError {
  return new TongganError('too-large', {
    operation: 'read the request',
    expected: `at most ${maxBytes} bytes`,
    received,
  })
}
