// Text encoders behind a service: any embedding model of the AI SDK. Texts go in calls as large as the model declares,
// patiently (`patient-calls.ts`); rows are kept in the cache of features like any other's, so a text is paid for once.
//
// A text that the model refuses (one too long, say) must not sink the others of its call: the call is halved until the
// text is found, whose row is then not a number, which is reported and left out. That the model refuses everything is
// told apart by a text that it must take.

import type { Encoder } from '../../spec/encoder.ts'
import { asTongganError, TongganError } from '../../spec/errors.ts'
import { maxFeatureDim } from '../../spec/features.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { nothingToRead, readWords } from '../text/read-words.ts'
import type { EmbeddingModel } from './embedding-model.ts'
import { type CallError, type Clock, PatientCalls, realClock } from './patient-calls.ts'

/** What `embeddingModelEncoder` can be told; `dimensions` and `prefix` are part of its fingerprint. */
export interface EmbeddingModelEncoderOptions {
  /** `text` (default) or `code`. */
  modality?: 'text' | 'code'
  /** Numbers a row, where the model gives a choice. Default: the model's own. */
  dimensions?: number
  /** How many numbers a row has, where it is known already: spares the one call that finds it out. */
  featureDim?: number
  /** What goes before every text, for models that were trained so. */
  prefix?: string
  /** Calls at a time, where the model supports several. Default 4. */
  parallelCalls?: number
  /** Calls that may begin within a minute. Default: no limit. */
  callsPerMinute?: number
  /** How often a call that failed for the moment is tried again. Default 5. */
  retries?: number
  signal?: AbortSignal
  /** Time, for tests. */
  clock?: Clock
}

const version = 1
/** Where a model declares no limit. */
const fewestWithoutLimit = 256
const largestCall = 2048
const certainText = 'a red circle on white paper'

/**
 * An embedding model as an encoder. Its fingerprint is of provider, model and width: a service may change what is behind
 * a name, and nothing here can know.
 *
 * @throws TongganError `service-failed` for what the service answers, `wrong-usage` for options and model objects
 * @example
 * const text = await embeddingModelEncoder(openai.embeddingModel('text-embedding-3-small'), { dimensions: 512 })
 */
export async function embeddingModelEncoder(
  model: EmbeddingModel,
  options: EmbeddingModelEncoderOptions = {},
): Promise<Encoder<string>> {
  requireModel(model)
  const {
    modality = 'text',
    dimensions,
    prefix = '',
    parallelCalls = 4,
    callsPerMinute,
    retries = 5,
  } = options
  const limit = Math.min((await model.maxEmbeddingsPerCall) ?? fewestWithoutLimit, largestCall)
  const parallel = (await model.supportsParallelCalls) ? parallelCalls : 1
  const calls = new PatientCalls({ parallel, callsPerMinute, retries, clock: options.clock ?? realClock })
  const service = new Service(model, calls, dimensions, options.signal)
  const featureDim = options.featureDim ?? (await service.width())
  if (!(featureDim >= 1 && featureDim <= maxFeatureDim)) {
    throw wrong(`rows of 1 to ${maxFeatureDim} numbers`, String(featureDim))
  }
  const { provider, modelId } = model
  const parameters = { provider, model: modelId, featureDim, ...(dimensions && { dimensions }), prefix }
  return {
    id: `service/${provider}/${modelId}`,
    fingerprint: encoderFingerprint({ id: 'service', version, parameters: { ...parameters, modality } }),
    modality,
    featureDim,
    kind: 'dense',
    parameters,
    batchSize: limit * parallel,
    async decode(item) {
      const words = readWords(modality, item)
      if (words.trim() === '') throw nothingToRead(modality, item, words)
      return prefix + words
    },
    async encode(texts) {
      const data = new Float32Array(texts.length * featureDim)
      const starts = Array.from({ length: Math.ceil(texts.length / limit) }, (_, k) => k * limit)
      const embedding = starts.map(async (start) => {
        const rows = await service.embed(texts.slice(start, start + limit), featureDim)
        data.set(rows, start * featureDim)
      })
      const failed = (await Promise.allSettled(embedding)).find(({ status }) => status === 'rejected')
      if (failed) throw (failed as PromiseRejectedResult).reason
      return { kind: 'dense', rows: texts.length, dim: featureDim, data }
    },
    async close() {},
  }
}

/** A model's calls, with what comes checked. */
class Service {
  readonly #model: EmbeddingModel
  readonly #calls: PatientCalls
  readonly #dimensions: number | undefined
  readonly #signal: AbortSignal | undefined
  #width: Promise<number> | undefined

  constructor(
    model: EmbeddingModel,
    calls: PatientCalls,
    dimensions: number | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#model = model
    this.#calls = calls
    this.#dimensions = dimensions
    this.#signal = signal
  }

  /** Of the row of a text that every model takes; asked once. */
  width(): Promise<number> {
    this.#width ??= this.#call([certainText])
      .catch((error) => {
        throw serviceFailed(this.#model, error)
      })
      .then(([row]) => row.length)
    return this.#width
  }

  /** `[texts, dim]`; rows of texts that the model refuses are NaN. */
  async embed(texts: readonly string[], dim: number): Promise<Float32Array> {
    try {
      const embeddings = await this.#call(texts)
      const data = new Float32Array(texts.length * dim)
      embeddings.forEach((row, k) => {
        if (row.length !== dim) throw this.#odd(`rows of ${dim}`, `one of ${row.length}`)
        data.set(row, k * dim)
      })
      return data
    } catch (error) {
      const { statusCode = 0 } = error as CallError
      if (![400, 413, 422].includes(statusCode)) throw serviceFailed(this.#model, error)
      if (texts.length === 1) {
        await this.width() // that the model takes nothing at all is an error
        return new Float32Array(dim).fill(Number.NaN)
      }
      const half = texts.length >> 1
      const first = await this.embed(texts.slice(0, half), dim)
      const second = await this.embed(texts.slice(half), dim)
      return Float32Array.of(...first, ...second)
    }
  }

  async #call(texts: readonly string[]): Promise<readonly (readonly number[])[]> {
    const call = {
      values: [...texts],
      ...(this.#dimensions !== undefined && { dimensions: this.#dimensions }),
      ...(this.#signal && { abortSignal: this.#signal }),
    }
    const { embeddings } = await this.#calls.run(() => this.#model.doEmbed(call), this.#signal)
    if (embeddings.length === texts.length) return embeddings
    throw this.#odd(`${texts.length} rows`, String(embeddings.length))
  }

  #odd(expected: string, received: string): TongganError {
    const { provider, modelId } = this.#model
    return new TongganError('service-failed', {
      operation: `embed with ${provider} ${modelId}`,
      expected,
      received,
    })
  }
}

function serviceFailed({ provider, modelId }: EmbeddingModel, error: unknown): TongganError {
  const { statusCode, message } = (error ?? {}) as CallError
  const status = statusCode === undefined ? '' : `HTTP ${statusCode}: `
  return asTongganError(error, 'service-failed', {
    operation: `embed with ${provider} ${modelId}`,
    received: `${status}${message ?? error}`,
    remedy: remedyOf(statusCode),
  })
}

function remedyOf(status: number | undefined): string {
  if (status === 401 || status === 403) return 'check the key, and that it may use this model'
  if (status === 404) return "check the model's name and the address"
  if (status === 429) return 'try again later, or set callsPerMinute; what was encoded is kept'
  if (status === undefined || status >= 500)
    return 'check the address, or try again later; what was encoded is kept'
  return "check the options against the service's own documentation"
}

function requireModel(model: EmbeddingModel): void {
  if (typeof model?.doEmbed === 'function' && /^v[234]$/.test(model.specificationVersion)) return
  const version = (model as Partial<EmbeddingModel> | undefined)?.specificationVersion
  throw wrong(
    'an embedding model of the AI SDK (specificationVersion v2 to v4), e.g. openai.embeddingModel(…)',
    version === undefined ? typeof model : `one of version ${version}`,
  )
}

function wrong(expected: string, received: string): TongganError {
  return new TongganError('wrong-usage', {
    operation: 'make an encoder of an embedding model',
    expected,
    received,
  })
}
