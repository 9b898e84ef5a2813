// From a dataset to entries of an index: every item of the views that the space knows is encoded and embedded, a
// piece of a view at a time, so that the wide features of a large dataset are never held at once. What cannot be
// read is reported and left out; what is added is added all at once or, on an error, not at all.

import { openFeatureCache } from '#platform/feature-cache'
import { encodePrecomputed } from '../dataset/encode.ts'
import { encodeView } from '../dataset/encode-view.ts'
import type { FlatIndex } from '../index/flat-index.ts'
import type { FeatureCache } from '../platform/feature-cache.ts'
import { embedView } from '../space/embed-view.ts'
import type { Dataset, EncodedDataset, EncodedView, Problem, Row, View } from '../spec/dataset.ts'
import { columnOf, derivationOf } from '../spec/derived-views.ts'
import { TongganError } from '../spec/errors.ts'
import type { LongCall } from '../spec/progress.ts'
import type { IndexEntry } from '../spec/search.ts'
import type { Space } from '../spec/space.ts'
import type { SpaceEncoders } from './space-encoders.ts'

/** Items of a view that are encoded at a time. */
const itemsAPiece = 4096

/** What adding a dataset to an index can be told. */
export interface IngestOptions extends LongCall {
  /** Where features are kept between runs; `false` for nowhere. Default: the machine's cache. */
  cache?: FeatureCache | false
  /** Worker threads that the space's built-in encoders share out items among, in Node; where these are made here. Default 1. */
  workers?: number
}

/** What adding a dataset to an index did. */
export interface Ingested {
  /** Items added. */
  readonly added: number
  /** What was left out, and why. */
  readonly problems: readonly Problem[]
}

/** Items of one view, encoded. */
type Piece = Omit<EncodedView, 'contents'>

/** @throws TongganError `not-enough-data` where the space knows no view of the dataset, `encoder-mismatch`, `cancelled` */
export async function ingest(
  space: Space,
  encoders: SpaceEncoders,
  index: FlatIndex,
  dataset: Dataset | EncodedDataset,
  options: IngestOptions = {},
): Promise<Ingested> {
  const problems: Problem[] = [...dataset.problems]
  const embedded: Float32Array[] = []
  const entries: IndexEntry[] = []
  const views = knownViews(space, dataset, problems)
  const pieces = 'read' in dataset ? encodePieces(encoders, dataset, views, problems, options) : views
  for await (const piece of pieces as AsyncIterable<Piece> | Piece[]) {
    embedded.push(await embedView(space, piece, [...piece.rows.keys()], options))
    for (const row of piece.rows) entries.push(entryOf(dataset.rows[row], piece))
  }
  const embeddings = new Float32Array(entries.length * space.dim)
  let at = 0
  for (const block of embedded) {
    embeddings.set(block, at)
    at += block.length
  }
  index.add(embeddings, entries)
  return { added: entries.length, problems }
}

async function* encodePieces(
  encoders: SpaceEncoders,
  dataset: Dataset,
  views: readonly View[],
  problems: Problem[],
  { cache = openFeatureCache(), workers, signal, onProgress }: IngestOptions,
): AsyncIterable<Piece> {
  const making = { workers, signal, onProgress }
  const within = await encoders.derivedFrom(dataset.views, making)
  const holders = await encoders.forViews(within, making)
  const fileContents = new Map<string, string>()
  for (const view of [...views, ...within]) {
    if (view.source === 'npy') {
      yield* await precomputedView(dataset, view, problems)
      continue
    }
    const encoder = await encoders.of(view.modality, making)
    const store = cache ? await cache.open(encoder) : undefined
    try {
      const items = dataset.rows.flatMap(({ cells }, row) => (columnOf(view) in cells ? [row] : []))
      const derivation = derivationOf(view, views, ({ modality }) => holders[modality])
      for (let from = 0; from < items.length; from += itemsAPiece) {
        const piece = items.slice(from, from + itemsAPiece)
        const encoded = await encodeView(dataset, view, piece, encoder, store, {
          signal,
          derivation,
          fileContents,
          onProgress: (progress) =>
            onProgress?.({ ...progress, done: from + progress.done, total: items.length }),
        })
        problems.push(...encoded.problems)
        yield { ...view, encoder, features: encoded.features, rows: encoded.rows }
      }
    } finally {
      await store?.close()
    }
  }
}

/** Precomputed features come as they are; a view without a single usable row is one problem. */
async function precomputedView(dataset: Dataset, view: View, problems: Problem[]): Promise<readonly Piece[]> {
  try {
    const encoded = await encodePrecomputed(dataset, view)
    problems.push(...encoded.problems)
    return [encoded.view]
  } catch (error) {
    if (!(error instanceof TongganError) || error.code !== 'not-enough-data') throw error
    problems.push({ view: view.name, error })
    return []
  }
}

function entryOf({ id, label, cells }: Row, view: Piece): IndexEntry {
  const { name, modality } = view
  return { id, view: name, modality, ...(label !== undefined && { label }), content: cells[columnOf(view)] }
}

/** The views that the space was fitted with; each other one is a problem. */
function knownViews<V extends View>(
  space: Space,
  { name: dataset, views }: { name: string; views: readonly V[] },
  problems: Problem[],
): V[] {
  const known = views.filter(({ modality }) => space.modalities.some(({ name }) => name === modality))
  const facts = {
    operation: `index ${dataset}`,
    expected: `views of ${space.modalities.map(({ name }) => name).join(' or ')}`,
    remedy: 'fit a space with that sense too',
  }
  if (known.length === 0) {
    const received = views.map(({ name }) => name).join(', ') || 'none'
    throw new TongganError('not-enough-data', { ...facts, received })
  }
  for (const view of views) {
    if (known.includes(view)) continue
    const error = new TongganError('bad-space', { ...facts, received: view.name })
    problems.push({ view: view.name, error })
  }
  return known
}
