// The client of a server that `tonggan serve` started, for programs and pages: fetch and nothing else. Its types are
// the schemas by which the server checks; they leave no trace in the code. Errors are TongganErrors, with the code and
// facts that the server gave.

import { fromHalves } from '../../math/half-float.ts'
import type { ErrorCode, ErrorFacts } from '../../spec/errors.ts'
import { TongganError } from '../../spec/errors.ts'
import type { ViewName } from '../../spec/modality.ts'
import type { Progress } from '../../spec/progress.ts'
import type { Report } from '../../spec/space.ts'
import type {
  EmbedRequest,
  EmbedResponse,
  ItemsResponse,
  Job,
  JobList,
  JobRequest,
  ProblemDetails,
  SearchRequest,
  SearchResponse,
  SpaceDescription,
  SpaceList,
} from '../protocol/schemas.ts'
import { readEvents } from './read-events.ts'

/** What `TongganClient` can be told. */
export interface ClientOptions {
  /** The token that the server was started with. */
  token?: string
  /** Another fetch than the global one. */
  fetch?: typeof fetch
}

/** What every call takes. */
export interface CallOptions {
  signal?: AbortSignal
}

/** What a call that follows a job takes. Aborting cancels the job. */
export interface JobCallOptions extends CallOptions {
  onProgress?: (progress: Progress) => void
  /** Aborting it lets a fit end its training and keep the best so far. */
  enough?: AbortSignal
}

/** Which items' embeddings, and as what numbers they are sent. */
export interface EmbeddingsRange {
  /** Position of the first. Default 0. */
  from?: number
  /** Default: all that follow. */
  count?: number
  /** `float16` halves what is sent and keeps three digits. Default `float32`. */
  format?: 'float32' | 'float16'
}

/** A query with files: one item a sense, words or a file. */
export type FileQuery = Readonly<Record<ViewName, string | Blob>>

/** A dataset to upload: files by their path, the table among them. */
export type UploadedDataset = ReadonlyMap<string, Blob | string>

type FitRequest = Omit<Extract<JobRequest, { kind: 'fit' }>, 'kind'>
type EvaluateRequest = Omit<Extract<JobRequest, { kind: 'evaluate' }>, 'kind'>
type IndexRequest = Omit<Extract<JobRequest, { kind: 'index' }>, 'kind'>

/**
 * Every method rejects with a `TongganError`: what the server said, `cancelled`, or `unexpected` where no answer came.
 *
 * @example
 * const client = new TongganClient('http://127.0.0.1:7777')
 * const { hits } = await client.search('emoji', { query: { text: 'a sleepy cat' }, want: 'image', k: 5 })
 */
export class TongganClient {
  readonly #address: string
  readonly #options: ClientOptions

  /** @param address of the server, e.g. `http://127.0.0.1:7777`; in a page of the server, `location.origin` */
  constructor(address: string | URL, options: ClientOptions = {}) {
    this.#address = String(address).replace(/\/+$/, '')
    this.#options = options
  }

  /** The spaces of the server, the served one first. */
  async spaces(call?: CallOptions): Promise<SpaceList['spaces']> {
    return (await this.#json<SpaceList>('GET', '/v1/spaces', undefined, call)).spaces
  }

  /** One space: its senses, how it was fitted, its files, its index. */
  space(name: string, call?: CallOptions): Promise<SpaceDescription> {
    return this.#json('GET', spacePath(name), undefined, call)
  }

  /** The files of a space, as `openSpace` takes them. */
  async downloadSpace(name: string, call?: CallOptions): Promise<Map<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>()
    for (const { name: file, url } of (await this.space(name, call)).files) {
      const response = await this.#request('GET', url, undefined, call)
      files.set(file, new Uint8Array(await response.arrayBuffer()))
    }
    return files
  }

  /** A space and its index as one .zip, which unpacks to a folder that `openSpace` opens. */
  async downloadArchive(name: string, call?: CallOptions): Promise<Blob> {
    return (await this.#request('GET', `${spacePath(name)}/archive`, undefined, call)).blob()
  }

  /** Items of the index by position, at most 10,000 at a time, and how many there are in all. */
  items(
    space: string,
    { from = 0, count = 1000 }: { from?: number; count?: number } = {},
    call?: CallOptions,
  ): Promise<ItemsResponse> {
    return this.#json('GET', `${spacePath(space)}/items?from=${from}&count=${count}`, undefined, call)
  }

  /**
   * Embeddings of items by position, `[items, dim] float32`, unit rows.
   */
  async embeddings(
    space: string,
    { from = 0, count, format = 'float32' }: EmbeddingsRange = {},
    call?: CallOptions,
  ): Promise<Float32Array> {
    const howMany = count === undefined ? '' : `&count=${count}`
    const path = `${spacePath(space)}/embeddings?from=${from}&format=${format}${howMany}`
    const bytes = await (await this.#request('GET', path, undefined, call)).arrayBuffer()
    return format === 'float16' ? fromHalves(new Uint16Array(bytes)) : new Float32Array(bytes)
  }

  /** The picture, sound, video, motion, code or words of an item. @param size pixels that a picture is to fit into */
  async itemMedia(
    space: string,
    position: number,
    { size }: { size?: number } = {},
    call?: CallOptions,
  ): Promise<Blob> {
    const path = `${spacePath(space)}/items/${position}/media${size === undefined ? '' : `?size=${size}`}`
    return (await this.#request('GET', path, undefined, call)).blob()
  }

  /** Words to points of the space, one row of length 1 an item. */
  embed(space: string, request: EmbedRequest, call?: CallOptions): Promise<EmbedResponse> {
    return this.#json('POST', `${spacePath(space)}/embed`, request, call)
  }

  /** One query, with files where it has some, to its point `[dim]` in the space. */
  async embedFiles(space: string, query: FileQuery, call?: CallOptions): Promise<number[]> {
    const path = `${spacePath(space)}/embed`
    const { embeddings } = await this.#json<EmbedResponse>('POST', path, partsOf(Object.entries(query)), call)
    return embeddings[0]
  }

  /** The items nearest to words, or to an item of the index (`like`), most similar first. */
  search(space: string, request: SearchRequest, call?: CallOptions): Promise<SearchResponse> {
    return this.#json('POST', `${spacePath(space)}/search`, request, call)
  }

  /** The same with pictures and sounds: `{ image: file }`, `{ image: file, text: 'in red' }`. */
  searchFiles(
    space: string,
    query: FileQuery,
    {
      want = [],
      k,
      label = [],
      view = [],
    }: { want?: string | string[]; k?: number; label?: string | string[]; view?: string | string[] } = {},
    call?: CallOptions,
  ): Promise<SearchResponse> {
    const fields = Object.entries({ want, label, view, k: k === undefined ? [] : String(k) })
    const written = fields.flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const))
    return this.#json(
      'POST',
      `${spacePath(space)}/search`,
      partsOf([...Object.entries(query), ...written]),
      call,
    )
  }

  /** Fits a space and, unless told otherwise, indexes its table. @param dataset to upload; else `request.table` */
  async fit(request: FitRequest, dataset?: UploadedDataset, call: JobCallOptions = {}): Promise<Job> {
    return this.#run({ kind: 'fit', ...request }, dataset, call)
  }

  /** How well a space lets any sense find any other. */
  async evaluate(
    request: EvaluateRequest,
    dataset?: UploadedDataset,
    call: JobCallOptions = {},
  ): Promise<Report> {
    const { result } = await this.#run({ kind: 'evaluate', ...request }, dataset, call)
    return result?.report as Report
  }

  /** Makes a table searchable in a space that was fitted here, in the place of what was searchable before. */
  async index(request: IndexRequest, dataset?: UploadedDataset, call: JobCallOptions = {}): Promise<Job> {
    return this.#run({ kind: 'index', ...request }, dataset, call)
  }

  /** Starts a job and does not wait for it. */
  startJob(request: JobRequest, dataset?: UploadedDataset, call?: CallOptions): Promise<Job> {
    const body = dataset ? partsOf([['job', JSON.stringify(request)], ...dataset]) : request
    return this.#json('POST', '/v1/jobs', body, call)
  }

  /** Jobs since the server started, newest first. */
  async jobs(call?: CallOptions): Promise<Job[]> {
    return (await this.#json<JobList>('GET', '/v1/jobs', undefined, call)).jobs
  }

  job(id: string, call?: CallOptions): Promise<Job> {
    return this.#json('GET', jobPath(id), undefined, call)
  }

  /** Lets a fit end its training now and keep the best so far. */
  finishJob(id: string, call?: CallOptions): Promise<Job> {
    return this.#json('POST', `${jobPath(id)}/finish`, undefined, call)
  }

  cancelJob(id: string, call?: CallOptions): Promise<Job> {
    return this.#json('DELETE', jobPath(id), undefined, call)
  }

  /** A job's states as they come, the present one first, the one that it ended with last. Aborting stops looking. */
  async *watchJob(id: string, call?: CallOptions): AsyncGenerator<Job> {
    const response = await this.#request('GET', `${jobPath(id)}/events`, undefined, call)
    try {
      for await (const { data } of readEvents(response)) yield JSON.parse(data) as Job
    } catch (error) {
      throw noAnswer(error, `${jobPath(id)}/events`, call)
    }
  }

  /** An upload may be given up; a small request is seen through, since a job that it began could not be cancelled without its name. */
  async #run(request: JobRequest, dataset: UploadedDataset | undefined, call: JobCallOptions): Promise<Job> {
    if (call.signal?.aborted) throw noAnswer(call.signal.reason, '/v1/jobs', call)
    return this.#finish(await this.startJob(request, dataset, dataset && call), call)
  }

  /** The job once it is done. @throws TongganError what it failed with, or `cancelled` */
  async #finish({ id }: Job, { signal, onProgress, enough }: JobCallOptions): Promise<Job> {
    const finish = () => void this.finishJob(id).catch(() => undefined)
    enough?.addEventListener('abort', finish, { once: true })
    if (enough?.aborted) finish()
    const cancel = () => void this.cancelJob(id).catch(() => undefined)
    signal?.addEventListener('abort', cancel, { once: true })
    if (signal?.aborted) cancel()
    try {
      let job: Job | undefined
      for await (job of this.watchJob(id)) if (job.progress) onProgress?.(job.progress)
      if (job?.problem) throw errorOf(job.problem)
      if (job?.state === 'done') return job
      if (job?.state === 'cancelled')
        throw new TongganError('cancelled', { operation: job.kind, cause: signal?.reason })
      throw new TongganError('unexpected', {
        operation: `follow job ${id}`,
        received: 'a stream that broke off',
      })
    } finally {
      signal?.removeEventListener('abort', cancel)
      enough?.removeEventListener('abort', finish)
    }
  }

  async #json<T>(method: string, path: string, body: object | undefined, call?: CallOptions): Promise<T> {
    const response = await this.#request(method, path, body, call)
    try {
      return (await response.json()) as T
    } catch (error) {
      throw noAnswer(error, path, call)
    }
  }

  async #request(
    method: string,
    path: string,
    body: object | undefined,
    call?: CallOptions,
  ): Promise<Response> {
    const { token, fetch = globalThis.fetch } = this.#options
    const isForm = body instanceof FormData
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && !isForm && { 'content-type': 'application/json' }),
    }
    const content = body === undefined ? undefined : isForm ? body : JSON.stringify(body)
    let response: Response
    try {
      const request = { method, headers, body: content, signal: call?.signal }
      const ask = () => fetch(this.#address + path, request)
      response = await (method === 'GET' ? ask().catch((error) => askAgain(error, ask)) : ask())
    } catch (error) {
      throw noAnswer(error, path, call)
    }
    if (response.ok) return response
    const problem = (await response.json().catch(() => undefined)) as ProblemDetails | undefined
    if (problem?.code) throw errorOf(problem)
    throw new TongganError('unexpected', {
      operation: `${method} ${path}`,
      expected: 'a server of Tonggan',
      received: `status ${response.status}`,
    })
  }
}

/** A server may close a connection that it kept just as it is used again: browsers then ask anew, Node's fetch does not. */
function askAgain(error: unknown, ask: () => Promise<Response>): Promise<Response> {
  const code = (error as { cause?: { code?: string } }).cause?.code
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET') return ask()
  throw error
}

function partsOf(parts: Iterable<readonly [string, string | Blob]>): FormData {
  const form = new FormData()
  for (const [name, value] of parts) form.append(name, value)
  return form
}

function errorOf({ code, facts, requestId }: ProblemDetails): TongganError {
  return new TongganError(code as ErrorCode, { ...(facts as ErrorFacts), cause: requestId && { requestId } })
}

function noAnswer(cause: unknown, path: string, call?: CallOptions): TongganError {
  if (cause instanceof TongganError) return cause
  if (call?.signal?.aborted) {
    return new TongganError('cancelled', {
      operation: path,
      received: 'a request to stop',
      cause: call.signal.reason,
    })
  }
  return new TongganError('unexpected', {
    operation: `ask for ${path}`,
    expected: 'an answer',
    received: cause instanceof Error ? cause.message : String(cause),
    remedy: 'is the server running, and is this its address?',
    cause,
  })
}

function spacePath(name: string): string {
  return `/v1/spaces/${encodeURIComponent(name)}`
}

function jobPath(id: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}`
}
