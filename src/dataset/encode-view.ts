// One view through its encoder: read → hash → kept already? → decode → encode, several items at a time, results in
// order. Items of equal content are encoded once. An item that cannot be read or decoded is reported and left out.

import type { FeatureStore } from '../platform/feature-cache.ts'
import { sha256 } from '../platform/sha256.ts'
import type { Dataset, Problem, View } from '../spec/dataset.ts'
import type { Encoder, RawItem } from '../spec/encoder.ts'
import { asTongganError, type TongganError } from '../spec/errors.ts'
import type { FeatureChunk, Features } from '../spec/features.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
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
  const gathered = new GatheredFeatures(encoder, store)
  // Flat arrays, for an object an item is too much for millions; most items are words and have no path.
  const arrived: { index: number[]; content: string[]; paths: Map<number, string> } = {
    index: [],
    content: [],
    paths: new Map(),
  }
  const problems: Problem[] = []
  const leaveOut = ({ index, path }: Arrival, error: TongganError) => {
    const row = dataset.rows[index].number
    const remedy = error.facts.remedy ?? 'mend the item, or leave its cell empty'
    problems.push({ row, view: view.name, error: error.with({ row, path: path ?? error.path, remedy }) })
  }
  const fetchItem = itemFetcher(dataset, view, encoder, store, gathered)
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
        else if ('decoded' in arrival) await gathered.add(content, arrival.decoded)
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

/** Reads and decodes the item of a row, unless its content is kept, or is under way for another row. */
function itemFetcher(
  dataset: Dataset,
  view: View,
  encoder: Encoder,
  store: FeatureStore | undefined,
  gathered: GatheredFeatures,
): (index: number) => Promise<Arrival> {
  return async (index) => {
    let raw: RawItem
    try {
      raw = await dataset.read(dataset.rows[index], view.name)
    } catch (error) {
      return { index, error: itemError(error, `read ${view.name}`) }
    }
    const path = raw.kind === 'file' ? raw.name : undefined
    const content = await sha256(raw.kind === 'words' ? new TextEncoder().encode(raw.words) : raw.bytes)
    if (!gathered.begin(content)) return { index, path, content }
    const kept = await store?.read(content)
    if (kept) return { index, path, content, kept }
    try {
      return { index, path, content, decoded: await encoder.decode(raw) }
    } catch (error) {
      return { index, path, content, error: itemError(error, `decode ${view.name}`) }
    }
  }
}

/** What is wrong with an item; what is wrong with the machine instead is thrown, since every item would meet it. */
function itemError(error: unknown, operation: string): TongganError {
  const found = asTongganError(error, 'unreadable-item', { operation })
  if (['missing-peer', 'engine-failed', 'cancelled'].includes(found.code)) throw found
  return found
}
