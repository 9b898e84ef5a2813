// Points of queries with files, made in a process of their own. ONNX Runtime computes on the thread that asks, and a
// large picture or a long sound takes as long as many searches: here, nobody waits for it who only asks with words. And a file that ends a decoder ends that process, not the server; the next query starts it
// anew.
//
// The process is started when the first file comes, and let go when none came for a while, since it holds the space
// once more.

import type { ChildProcess } from 'node:child_process'
import type { ItemQuery } from '../../retrieval/query.ts'
import { TongganError } from '../../spec/errors.ts'
import type { Space } from '../../spec/space.ts'
import type { Limits } from '../limits.ts'
import { startProcess } from '../start-process.ts'
import type { FromReader, ToReader } from './query-messages.ts'

const idleMs = 300_000

export class FileQueries {
  readonly #space: Space
  readonly #limits: Limits
  #reader: Promise<ChildProcess> | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(space: Space, limits: Limits) {
    this.#space = space
    this.#limits = limits
  }

  /**
   * The point `[dim]` of a query. One at a time: ask again once this one is answered.
   * @throws TongganError as `decodeQuery` says, `unreadable-item` where a file ended the process or takes too long
   */
  async embed(query: ItemQuery): Promise<Float32Array> {
    clearTimeout(this.#idle)
    this.#reader ??= this.#start()
    const reader = await this.#reader
    try {
      return pointOf(await this.#ask(reader, query))
    } finally {
      this.#idle = setTimeout(() => this.close(), idleMs).unref()
    }
  }

  close(): void {
    clearTimeout(this.#idle)
    this.#reader?.then(
      (reader) => reader.kill('SIGKILL'),
      () => undefined,
    )
    this.#reader = undefined
  }

  #start(): Promise<ChildProcess> {
    const reader = startProcess(import.meta.filename, 'query-process')
    const started = new Promise<ChildProcess>((resolve, reject) => {
      reader.once('message', () => {
        const order = { open: this.#space.toFiles(), limits: this.#limits }
        reader.send(order satisfies ToReader, (error) => (error ? reject(error) : resolve(reader)))
      })
      // one that could not be started ends without an exit; listened to for ever, since an error that nobody hears ends us
      for (const event of ['error', 'exit'] as const)
        reader.on(event, () => {
          if (this.#reader === started) this.#reader = undefined
          reject(notStarted())
        })
    })
    return started
  }

  #ask(reader: ChildProcess, query: ItemQuery): Promise<FromReader> {
    const { answerSeconds } = this.#limits
    const { promise, resolve, reject } = Promise.withResolvers<FromReader>()
    const ended = () => reject(unreadable('one that can be read', 'one that ended the decoder'))
    const patience = setTimeout(() => {
      reject(unreadable(`one that is read within ${answerSeconds} s`, 'one that takes longer'))
      this.close()
    }, 1000 * answerSeconds)
    reader.once('message', resolve)
    reader.once('exit', ended)
    reader.send({ query } satisfies ToReader, (error) => error && ended())
    return promise.finally(() => {
      clearTimeout(patience)
      reader.off('message', resolve)
      reader.off('exit', ended)
    })
  }
}

function pointOf(answer: FromReader): Float32Array {
  if ('point' in answer) return answer.point
  if ('failed' in answer) throw new TongganError(answer.failed.code, answer.failed.facts)
  throw new Error(`the process that reads files: ${'broke' in answer ? answer.broke : 'another answer'}`)
}

function notStarted(): TongganError {
  return new TongganError('too-busy', {
    operation: 'read the file',
    expected: 'a process for it',
    received: 'one that ended before it began',
    remedy: 'try again in a while',
  })
}

function unreadable(expected: string, received: string): TongganError {
  return new TongganError('unreadable-item', {
    operation: 'read the file',
    expected,
    received,
    remedy: 'send another, or a smaller one',
  })
}
