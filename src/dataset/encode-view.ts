// One view through its encoder: read → hash → kept already? → decode → encode, several items at a time, results in
// order. Items of equal content are encoded once. An item that cannot be read or decoded is reported and left out.

import type { FeatureStore } from '../platform/feature-cache.ts'
import { sha256 } from '../platform/sha256.ts'
import type { Dataset, Problem, View } from '../spec/dataset.ts'
import type { Encoder, RawItem } from '../spec/encoder.ts'
import { asTongganError, TongganError } from '../spec/errors.ts'
import { type FeatureChunk, type Features, maxFeatureDim } from '../spec/features.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import { DenseRows } from './dense-rows.ts'
import { inOrder } from './in-order.ts'
import { SelectedFeatures } from './selected-features.ts'
import { SparseRows } from './sparse-rows.ts'

/** Items that are read or decoded at a time, or wait for their turn. */
const concurrency = 8
/** Decoded items that wait for a batch to fill hold at most about so much. */
const maxBatchBytes = 2 ** 27

export interface EncodedItems {
  readonly features: Features
  /** `[items]`: index into the dataset's rows. */
  readonly rows: Int32Array
  /** `[items]`: SHA-256 of each item's bytes. */
  readonly contents: readonly string[]
  readonly problems: readonly Problem[]
}

/** One item on its way; of several with equal content, only one has `kept`, `decoded` or `error`. */
interface Arrival {
  readonly index: number
  /** Of the file that it is in. */
  readonly path?: string
  readonly content?: string
  readonly kept?: FeatureChunk
  readonly decoded?: unknown
  readonly error?: TongganError
}

/** @param items indices into the dataset's rows, ascending */
export async function encodeView(
  dataset: Dataset,
  view: View,
  items: readonly number[],
  encoder: Encoder,
  store: FeatureStore | undefined,
  { signal, onProgress }: LongCall,
): Promise<EncodedItems> {
  const stage = `encode ${view.name}`
  const gathered = new Gathered(encoder, store)
  const arrived: (Arrival & { content: string })[] = []
  const problems: Problem[] = []
  const begun = new Set<string>()
  const leaveOut = ({ index, path }: Arrival, error: TongganError) => {
    const row = dataset.rows[index].number
    problems.push({ row, view: view.name, error: error.with({ row, path: path ?? error.path }) })
  }
  const fetchItem = async (index: number): Promise<Arrival> => {
    throwIfAborted(signal, stage)
    let raw: RawItem
    try {
      raw = await dataset.read(dataset.rows[index], view.name)
    } catch (error) {
      return { index, error: asTongganError(error, 'unreadable-item', { operation: `read ${view.name}` }) }
    }
    const path = raw.kind === 'file' ? raw.name : undefined
    const content = await sha256(raw.kind === 'words' ? new TextEncoder().encode(raw.words) : raw.bytes)
    if (begun.has(content)) return { index, path, content }
    begun.add(content)
    const kept = await store?.read(content)
    if (kept) return { index, path, content, kept }
    try {
      return { index, path, content, decoded: await encoder.decode(raw) }
    } catch (error) {
      const facts = { operation: `decode ${view.name}` }
      return { index, path, content, error: asTongganError(error, 'unreadable-item', facts) }
    }
  }
  let done = 0
  const report = () =>
    onProgress?.({ stage, done, total: items.length, unit: 'items', facts: { reused: gathered.reused } })
  report()
  for await (const arrival of inOrder(items, concurrency, fetchItem)) {
    const { content, kept, decoded, error } = arrival
    if (!content) leaveOut(arrival, error!)
    else {
      arrived.push({ index: arrival.index, path: arrival.path, content })
      if (error) gathered.refuse(content, error)
      else if (kept) gathered.keep(content, kept)
      else if (decoded !== undefined) await gathered.add(content, decoded)
    }
    if (++done % 32 === 0) report()
  }
  await gathered.finish()
  report()
  const encoded = arrived.filter((arrival) => {
    const error = gathered.refusals.get(arrival.content)
    if (error) leaveOut(arrival, error)
    return !error
  })
  return {
    features: new SelectedFeatures(
      gathered.features,
      Int32Array.from(encoded, ({ content }) => gathered.rowOf.get(content)!),
    ),
    rows: Int32Array.from(encoded, ({ index }) => index),
    contents: encoded.map(({ content }) => content),
    problems: problems.sort((a, b) => a.row! - b.row!),
  }
}

/** Feature rows by content. One batch is encoded while the next one fills. */
class Gathered {
  readonly features: DenseRows | SparseRows
  readonly rowOf = new Map<string, number>()
  readonly refusals = new Map<string, TongganError>()
  /** Rows that were kept from before. */
  reused = 0
  readonly #encoder: Encoder
  readonly #store: FeatureStore | undefined
  #batch: { content: string; decoded: unknown }[] = []
  #batchBytes = 0
  #encoding: Promise<void> = Promise.resolve()

  constructor(encoder: Encoder, store: FeatureStore | undefined) {
    const { featureDim, kind } = encoder
    if (!(featureDim >= 1 && featureDim <= maxFeatureDim)) {
      throw badWidth(encoder, `1 to ${maxFeatureDim} numbers an item`, String(featureDim))
    }
    this.features = kind === 'dense' ? new DenseRows(featureDim) : new SparseRows(featureDim)
    this.#encoder = encoder
    this.#store = store
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
    await this.#encoding
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    await this.#encoding
    this.#encoding = this.#encode(batch)
    this.#encoding.catch(() => undefined)
  }

  async #encode(batch: readonly { content: string; decoded: unknown }[]): Promise<void> {
    if (batch.length === 0) return
    const chunk = await this.#encoder.encode(batch.map(({ decoded }) => decoded))
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
  return values.find((value) => !Number.isFinite(value))
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
