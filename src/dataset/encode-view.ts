// One view through its encoder: read → hash → kept already? → decode → encode, several items at a time, results in
// order. Items of equal content are encoded once. An item that cannot be read or decoded is reported and left out; one
// that another should hold within itself but does not, as a silent film has no sound, is left out without a word.

import type { FeatureStore } from '../platform/feature-cache.ts'
import type { Dataset, Problem, View } from '../spec/dataset.ts'
import type { Derivation, Encoder, ItemFile } from '../spec/encoder.ts'
import { asTongganError, type TongganError } from '../spec/errors.ts'
import type { FeatureChunk, Features } from '../spec/features.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import { contentOfBytes, contentOfFile, contentWithin } from './content-of-item.ts'
import { GatheredFeatures } from './gathered-features.ts'
import { inOrder } from './in-order.ts'
import { SelectedFeatures } from './selected-features.ts'

/** Items that are read or decoded at a time, or wait for their turn. */
const concurrency = 8

export interface EncodedItems {
  readonly features: Features
  /** `[items]`: index into the dataset's rows. */
  readonly rows: Int32Array
  /** `[items]`: SHA-256 of each item's bytes. */
  readonly contents: readonly string[]
  /** `[items]`: equal where contents are, different where they differ. */
  readonly numbers?: Int32Array
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

export interface EncodeViewOptions extends LongCall {
  /** How the items of `view.derivedFrom` hold those of this view. */
  readonly derivation?: Derivation
  /** Contents of files by path, shared by calls for views of the same files, so that each is hashed once. */
  readonly fileContents?: Map<string, string>
}

/** @param items indices into the dataset's rows, ascending */
export async function encodeView(
  dataset: Dataset,
  view: View,
  items: readonly number[],
  encoder: Encoder,
  store: FeatureStore | undefined,
  { signal, onProgress, derivation, fileContents }: EncodeViewOptions,
): Promise<EncodedItems> {
  const stage = `encode ${view.name}`
  const gathered = new GatheredFeatures(encoder, store)
  // Flat arrays, for an object an item is too much for millions; most items are words and have no path.
  const arrived: { index: number[]; content: string[]; paths: Map<number, string> } = {
    index: [],
    content: [],
    paths: new Map(),
  }
  const problems: Problem[] = []
  const absent = new Set<string>()
  const leaveOut = ({ index, path }: Arrival, error: TongganError) => {
    const row = dataset.rows[index].number
    const remedy = error.facts.remedy ?? 'mend the item, or leave its cell empty'
    problems.push({ row, view: view.name, error: error.with({ row, path: path ?? error.path, remedy }) })
  }
  const fetchItem = itemFetcher({ dataset, view, encoder, store, derivation, fileContents, gathered })
  let done = 0
  const report = () =>
    onProgress?.({ stage, done, total: items.length, unit: 'items', facts: { reused: gathered.reused } })
  report()
  try {
    const arrivals = inOrder(items, concurrency, async (index) => {
      throwIfAborted(signal, stage)
      return fetchItem(index)
    })
    for await (const arrival of arrivals) {
      const { index, path, content, kept, error } = arrival
      if (!content) leaveOut(arrival, error!)
      else {
        arrived.index.push(index)
        arrived.content.push(content)
        if (path !== undefined) arrived.paths.set(index, path)
        if (error) gathered.refuse(content, error)
        else if (kept) gathered.keep(content, kept)
        else if (arrival.decoded !== undefined) await gathered.add(content, arrival.decoded)
        else if ('decoded' in arrival) absent.add(content)
      }
      if (++done % 32 === 0) report()
    }
    await gathered.finish()
  } finally {
    await gathered.settled()
  }
  report()
  const rows: number[] = []
  const contents: string[] = []
  const featureRows: number[] = []
  for (const [k, content] of arrived.content.entries()) {
    if (absent.has(content)) continue
    const index = arrived.index[k]
    const error = gathered.refusals.get(content)
    if (error) {
      leaveOut({ index, path: arrived.paths.get(index) }, error)
      continue
    }
    rows.push(index)
    contents.push(content)
    featureRows.push(gathered.rowOf.get(content)!)
  }
  const selected = Int32Array.from(featureRows)
  return {
    features: new SelectedFeatures(gathered.features, selected),
    rows: Int32Array.from(rows),
    contents,
    numbers: selected,
    problems: problems.sort((a, b) => a.row! - b.row!),
  }
}

/** What became of one item's way to its decoder: what it is in, and either its samples or what to do for them. */
interface Opened {
  readonly path?: string
  readonly content: string
  /** Undefined where there is no item after all. */
  decode(): Promise<unknown>
  close?(): Promise<void>
}

interface ItemWay {
  readonly dataset: Dataset
  readonly view: View
  readonly encoder: Encoder
  readonly store: FeatureStore | undefined
  readonly derivation: Derivation | undefined
  readonly fileContents: Map<string, string> | undefined
  readonly gathered: GatheredFeatures
}

/** Reads and decodes the item of a row, unless its content is kept, or is under way for another row. */
function itemFetcher(way: ItemWay): (index: number) => Promise<Arrival> {
  const { view, store, gathered } = way
  return async (index) => {
    let opened: Opened
    try {
      opened = await openItem(way, index)
    } catch (error) {
      return { index, error: itemError(error, `read ${view.name}`) }
    }
    const { path, content } = opened
    try {
      if (!gathered.begin(content)) return { index, path, content }
      const kept = await store?.read(content)
      if (kept) return { index, path, content, kept }
      return { index, path, content, decoded: await opened.decode() }
    } catch (error) {
      return { index, path, content, error: itemError(error, `decode ${view.name}`) }
    } finally {
      await opened.close?.()
    }
  }
}

/** The item whole, or by parts where its encoder can, or as what another item holds. */
async function openItem(way: ItemWay, index: number): Promise<Opened> {
  const { dataset, view, encoder, derivation } = way
  const row = dataset.rows[index]
  if (derivation) {
    const file = await openFile(dataset, row, view.derivedFrom!)
    const decode = async () => {
      const raw = await derivation.derive(file)
      return raw && encoder.decode(raw)
    }
    return openedFile(file, decode, way)
  }
  if (encoder.decodeFile && dataset.open) {
    const file = await dataset.open(row, view.name)
    return openedFile(file, () => encoder.decodeFile!(file), way)
  }
  const raw = await dataset.read(row, view.name)
  const path = raw.kind === 'file' ? raw.name : undefined
  const content = await contentOfBytes(raw.kind === 'words' ? new TextEncoder().encode(raw.words) : raw.bytes)
  return { path, content, decode: () => encoder.decode(raw) }
}

async function openedFile(
  file: ItemFile,
  decode: () => Promise<unknown>,
  { derivation, fileContents }: ItemWay,
): Promise<Opened> {
  try {
    const whole = await contentOfFile(file, fileContents)
    const content = derivation ? await contentWithin(whole, derivation) : whole
    return { path: file.name, content, decode, close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** By parts where the dataset can, else whole. */
async function openFile(dataset: Dataset, row: Dataset['rows'][number], view: string): Promise<ItemFile> {
  if (dataset.open) return dataset.open(row, view)
  const raw = await dataset.read(row, view)
  const bytes = raw.kind === 'words' ? new TextEncoder().encode(raw.words) : raw.bytes
  const name = raw.kind === 'words' ? view : raw.name
  return {
    name,
    size: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
    async close() {},
  }
}

/** What is wrong with an item; what is wrong with the machine instead is thrown, since every item would meet it. */
function itemError(error: unknown, operation: string): TongganError {
  const found = asTongganError(error, 'unreadable-item', { operation })
  if (['missing-peer', 'engine-failed', 'cancelled'].includes(found.code)) throw found
  return found
}
