// A search, from what a person holds to what they find: read the query → decode → encode → embed `[1, dim]` →
// nearest entries of the index → hits. Several senses in one query are averaged in the space, where they mean the
// same kind of thing.

import type { FlatIndex } from '../index/flat-index.ts'
import { TongganError } from '../spec/errors.ts'
import { modalityOfView, type ViewName } from '../spec/modality.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import type { Hit, SearchFilter } from '../spec/search.ts'
import type { Space } from '../spec/space.ts'
import { type Query, readQuery } from './query.ts'
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
  { want, k, filter = {}, signal }: SearchOptions = {},
): Promise<Hit[]> {
  const view = want === undefined ? filter.view : wantedViews(index, want, filter.view)
  const embedding = await embedQuery(space, encoders, query) // [dim]
  throwIfAborted(signal, 'search')
  const [neighbours] = await index.search(embedding, { k, filter: { ...filter, view } })
  return neighbours.map(({ position, similarity }) => ({
    ...index.entries[position],
    similarity: Math.max(-1, Math.min(1, similarity)), // rounding may leave a cosine just outside
    position,
  }))
}

/**
 * The point `[dim]` of a query in the space, of length 1: the mean of its senses' embeddings, normalised.
 * @throws TongganError `wrong-usage`, `missing-file`, `bad-space`, or what the encoder says of an unreadable item
 */
export async function embedQuery(space: Space, encoders: SpaceEncoders, query: Query): Promise<Float32Array> {
  const sum = new Float32Array(space.dim)
  for (const { modality, item } of await readQuery(query)) {
    const encoder = await encoders.of(modality)
    const decoded = await encoder.decode(item)
    const features = await encoder.encode([decoded]) // [1, featureDim]
    const embedding = await space.embed(modality, features) // [1, dim]
    for (let j = 0; j < sum.length; j++) sum[j] += embedding[j]
  }
  const norm = Math.hypot(...sum)
  return norm === 0 ? sum : sum.map((value) => value / norm)
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
