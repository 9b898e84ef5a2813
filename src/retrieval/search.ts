// A search, from what a person holds to what they find: read the query → decode → encode → embed `[1, dim]` →
// nearest entries of the index → hits. Several senses in one query are averaged in the space, where they mean the
// same kind of thing. Each step stands alone, so that a server can decode queries one by one, so that none spoils
// another's answer, and embed those that wait together.

import type { FlatIndex, Neighbour } from '../index/flat-index.ts'
import { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityOfView, type ViewName } from '../spec/modality.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import type { Hits, SearchFilter } from '../spec/search.ts'
import type { Space } from '../spec/space.ts'
import { confidentHits, neighboursFor } from './confident-hits.ts'
import { type ItemQuery, type Query, readQuery } from './query.ts'
import type { SpaceEncoders } from './space-encoders.ts'

/** What a search can be told. */
export interface SearchOptions extends Pick<LongCall, 'signal'> {
  /** The modality or view to find (`image`, `text.zh`), or several; default: any. */
  want?: ViewName | readonly ViewName[]
  /** How many hits; fewer come where fewer match. Default 10. */
  k?: number
  /** What the hits must be besides. */
  filter?: SearchFilter
}

/** The nearest entries to `query`, most similar first. @throws TongganError as `embedQuery`, `wrong-usage` for `want` */
export async function search(
  space: Space,
  encoders: SpaceEncoders,
  index: FlatIndex,
  query: Query,
  { want, k = 10, filter, signal }: SearchOptions = {},
): Promise<Hits> {
  const allowed = searchFilter(index, want, filter)
  const decoded = await decodeQuery(encoders, await readQuery(query))
  const embedding = await embedQueries(space, encoders, [decoded]) // [1, dim]
  throwIfAborted(signal, 'search')
  const [neighbours] = await index.search(embedding, { k: neighboursFor(k, index), filter: allowed })
  return confidentHits(space, index, neighbours, { modality: modalityAsked(decoded), k, filter: allowed })
}

/**
 * The entries nearest to the one at `position`, itself left out: "more like this", of any sense. Nothing is encoded.
 * @throws TongganError `not-found` for a position that the index does not have, `wrong-usage` for `want`
 */
export async function searchSimilar(
  space: Space,
  index: FlatIndex,
  position: number,
  { want, k = 10, filter, signal }: SearchOptions = {},
): Promise<Hits> {
  const point = pointOf(index, position)
  const allowed = searchFilter(index, want, filter)
  throwIfAborted(signal, 'search')
  const wanted = neighboursFor(k, index)
  const [neighbours] = await index.search(point, { k: wanted + 1, filter: allowed })
  const others = withoutItself(neighbours, position, wanted)
  return confidentHits(space, index, others, {
    modality: index.entries[position].modality,
    k,
    filter: allowed,
  })
}

/** The stored vector `[dim]` of an entry. @throws TongganError `not-found` */
export function pointOf(index: FlatIndex, position: number): Float32Array {
  if (Number.isInteger(position) && position >= 0 && position < index.count)
    return index.vectors(position, position + 1)
  throw new TongganError('not-found', {
    operation: 'look for an item of the index',
    expected: index.count > 0 ? `a position from 0 to ${index.count - 1}` : 'an index with items',
    received: String(position),
  })
}

/** The `k` nearest of `k + 1`, the entry that was asked with left out. */
export function withoutItself(
  neighbours: readonly Neighbour[],
  position: number,
  k: number,
): readonly Neighbour[] {
  return neighbours.filter((neighbour) => neighbour.position !== position).slice(0, k)
}

/**
 * The point `[dim]` of a query in the space, of length 1: the mean of its senses' embeddings, normalised.
 * @throws TongganError `wrong-usage`, `missing-file`, `bad-space`, or what the encoder says of an unreadable item
 */
export async function embedQuery(space: Space, encoders: SpaceEncoders, query: Query): Promise<Float32Array> {
  return embedQueries(space, encoders, [await decodeQuery(encoders, await readQuery(query))])
}

/** One query, decoded: whatever can be wrong with it has been said. */
export type DecodedQuery = readonly { readonly modality: ModalityName; readonly decoded: unknown }[]

/** @throws TongganError `bad-space` for a sense that the space does not know, or what the encoder says of the item */
export async function decodeQuery(encoders: SpaceEncoders, items: ItemQuery): Promise<DecodedQuery> {
  const query = []
  for (const { modality, item } of items) {
    const encoder = await encoders.of(modality)
    query.push({ modality, decoded: await encoder.decode(item) })
  }
  return query
}

/** Its modality where it is one item: confidence is learned for those. */
export function modalityAsked(
  query: readonly { readonly modality: ModalityName }[],
): ModalityName | undefined {
  return query.length === 1 ? query[0].modality : undefined
}

/** The points `[queries, dim]` of several queries, each as `embedQuery` gives it; one run of the engine a modality. */
export async function embedQueries(
  space: Space,
  encoders: SpaceEncoders,
  queries: readonly DecodedQuery[],
): Promise<Float32Array> {
  const { dim } = space
  const points = new Float32Array(queries.length * dim)
  const items = queries.flatMap((query, row) => query.map((item) => ({ ...item, row })))
  for (const modality of new Set(items.map((item) => item.modality))) {
    const own = items.filter((item) => item.modality === modality)
    const encoder = await encoders.of(modality)
    const features = await encoder.encode(own.map(({ decoded }) => decoded)) // [own, featureDim]
    const embeddings = await space.embed(modality, features) // [own, dim]
    own.forEach(({ row }, k) => {
      for (let j = 0; j < dim; j++) points[row * dim + j] += embeddings[k * dim + j]
    })
  }
  for (let row = 0; row < queries.length; row++) {
    const point = points.subarray(row * dim, (row + 1) * dim)
    const norm = Math.hypot(...point)
    if (norm > 0) for (let j = 0; j < dim; j++) point[j] /= norm
  }
  return points
}

/** The filter that `want` and `filter` come to together. @throws TongganError `wrong-usage` for `want` */
export function searchFilter(
  index: FlatIndex,
  want: SearchOptions['want'],
  filter: SearchFilter = {},
): SearchFilter {
  return want === undefined ? filter : { ...filter, view: wantedViews(index, want, filter.view) }
}

/** The views of the index that `want` names, by their own name or their modality's, and that `allowed` allows. */
function wantedViews(
  index: FlatIndex,
  want: ViewName | readonly ViewName[],
  allowed: SearchFilter['view'],
): ViewName[] {
  const wanted = [want].flat()
  for (const name of wanted) {
    if (modalityOfView(name)) continue
    const expected = 'a modality or a view to want, such as text or image.fluent'
    throw new TongganError('wrong-usage', { operation: 'search', expected, received: name })
  }
  const within = (view: ViewName, names: readonly string[]) =>
    names.includes(view) || names.includes(modalityOfView(view)!)
  return index.views.filter(
    (view) => within(view, wanted) && (allowed === undefined || [allowed].flat().includes(view)),
  )
}
