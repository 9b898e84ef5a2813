// Feature rows by the content of their items: kept ones as they come, new ones encoded in batches, as
// many at a time as the encoder works on, while the next one fills; their rows are taken and kept in order. Rows that are not finite are refused, and what the encoder promised is checked.

import type { FeatureStore } from '../platform/feature-cache.ts'
import type { Encoder } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { type FeatureChunk, maxFeatureDim } from '../spec/features.ts'
import { DenseRows } from './dense-rows.ts'
import { SparseRows } from './sparse-rows.ts'

/** Decoded items that wait for a batch to fill hold at most about so much. */
const maxBatchBytes = 2 ** 27

export class GatheredFeatures {
  readonly features: DenseRows | SparseRows
  /** Content → its row; -1 while it is under way. */
  readonly rowOf = new Map<string, number>()
  readonly refusals = new Map<string, TongganError>()
  /** Rows that were kept from before. */
  reused = 0
  readonly #encoder: Encoder
  readonly #store: FeatureStore | undefined
  #batch: { content: string; decoded: unknown }[] = []
  #batchBytes = 0
  /** Batches under way, the oldest first. */
  readonly #encoding: Promise<void>[] = []

  constructor(encoder: Encoder, store: FeatureStore | undefined) {
    const { featureDim, kind } = encoder
    if (!(featureDim >= 1 && featureDim <= maxFeatureDim)) {
      throw badWidth(encoder, `1 to ${maxFeatureDim} numbers an item`, String(featureDim))
    }
    this.features = kind === 'dense' ? new DenseRows(featureDim) : new SparseRows(featureDim)
    this.#encoder = encoder
    this.#store = store
  }

  /** Whether a content comes for the first time; it is under way from then on. */
  begin(content: string): boolean {
    if (this.rowOf.has(content)) return false
    this.rowOf.set(content, -1)
    return true
  }

  refuse(content: string, error: TongganError): void {
    this.refusals.set(content, error)
  }

  keep(content: string, chunk: FeatureChunk): void {
    this.reused++
    this.#append([content], chunk)
  }

  async add(content: string, decoded: unknown): Promise<void> {
    this.#batch.push({ content, decoded })
    this.#batchBytes += bytesOf(decoded)
    if (this.#batch.length >= this.#encoder.batchSize || this.#batchBytes >= maxBatchBytes)
      await this.#flush()
  }

  async finish(): Promise<void> {
    await this.#flush()
    await Promise.all(this.#encoding)
  }

  /** Waits for what was begun, however it ends. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#encoding)
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    if (this.#encoding.length >= (this.#encoder.workers ?? 1)) {
      await this.#encoding[0]
      this.#encoding.shift()
    }
    const encoding = this.#encode(batch, this.#encoding.at(-1))
    encoding.catch(() => undefined)
    this.#encoding.push(encoding)
  }

  /** @param before the batch whose rows come first */
  async #encode(
    batch: readonly { content: string; decoded: unknown }[],
    before?: Promise<void>,
  ): Promise<void> {
    if (batch.length === 0) return before
    const [chunk] = await Promise.all([this.#encoder.encode(batch.map(({ decoded }) => decoded)), before])
    const { featureDim, kind } = this.#encoder
    if (chunk.rows !== batch.length || chunk.dim !== featureDim || chunk.kind !== kind) {
      const expected = `${kind} rows [${batch.length}, ${featureDim}]`
      throw badWidth(this.#encoder, expected, `${chunk.kind} rows [${chunk.rows}, ${chunk.dim}]`)
    }
    const contents = batch.map(({ content }) => content)
    this.#append(contents, chunk)
    await this.#store?.add(contents, chunk)
  }

  #append(contents: readonly string[], chunk: FeatureChunk): void {
    contents.forEach((content, row) => {
      const bad = firstNotFinite(chunk, row)
      if (bad !== undefined) this.refusals.set(content, notFinite(this.#encoder, bad))
      this.rowOf.set(content, this.features.count + row)
    })
    if (this.features.kind === 'sparse')
      this.features.append(chunk as Extract<FeatureChunk, { kind: 'sparse' }>)
    else this.features.append(chunk)
  }
}

/** What typed arrays in a decoded item hold; a rough measure is enough to bound a batch. */
function bytesOf(decoded: unknown): number {
  if (ArrayBuffer.isView(decoded)) return decoded.byteLength
  if (typeof decoded !== 'object' || decoded === null) return 0
  return Object.values(decoded).reduce(
    (sum: number, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0),
    0,
  )
}

function firstNotFinite(chunk: FeatureChunk, row: number): number | undefined {
  const values =
    chunk.kind === 'dense'
      ? chunk.data.subarray(row * chunk.dim, (row + 1) * chunk.dim)
      : chunk.values.subarray(chunk.rowStarts[row], chunk.rowStarts[row + 1])
  for (const value of values) if (!Number.isFinite(value)) return value
  return undefined
}

function badWidth({ id }: Encoder, expected: string, received: string): TongganError {
  return new TongganError('shape-mismatch', { operation: `encode with ${id}`, expected, received })
}

function notFinite({ id }: Encoder, value: number): TongganError {
  return new TongganError('not-finite', {
    operation: `encode with ${id}`,
    expected: 'finite features',
    received: String(value),
  })
}
