// From a dataset to features: every view through the encoder that was given for it, precomputed ones as they are.

import { openFeatureCache } from '#platform/feature-cache'
import type { FeatureCache, FeatureStore } from '../platform/feature-cache.ts'
import { sha256 } from '../platform/sha256.ts'
import type { Dataset, EncodedDataset, EncodedView, Problem, Split, View } from '../spec/dataset.ts'
import { columnOf, derivationOf, derivedViews } from '../spec/derived-views.ts'
import type { Encoder, EncoderRecord } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { isModalityName, type ModalityName, type ViewName } from '../spec/modality.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import { nearestName } from './columns.ts'
import { contentOfRows } from './content-of-rows.ts'
import { type EncodedItems, encodeView } from './encode-view.ts'
import { SelectedFeatures } from './selected-features.ts'

/** An encoder a modality, or a view of its own. */
export type Encoders = Readonly<Partial<Record<ModalityName | ViewName, Encoder>>>

/** What `encode` can be told. */
export interface EncodeOptions extends LongCall {
  /** Only these views or modalities; default: all that have an encoder or are precomputed. */
  views?: readonly (ViewName | ModalityName)[]
  /** Only items of rows of these splits; default: all. All rows stay in the result. */
  splits?: readonly Split[]
  /** Where features are kept between runs; `false` for nowhere. Default: the machine's cache (`TONGGAN_CACHE`). */
  cache?: FeatureCache | false
}

/**
 * Encodes a dataset. Views that its items hold within themselves (`audio` of `video`) come with them where their modality has
 * an encoder, too.
 *
 * @throws TongganError `wrong-usage` for a view that is not there or has no encoder, `not-enough-data` where no item
 * could be encoded, `bad-features` for matrices of differing widths, `cancelled`
 * @example
 * const features = await encode(dataset, { text: textEncoder(), image: imageEncoder() })
 */
export async function encode(
  dataset: Dataset,
  encoders: Encoders,
  options: EncodeOptions = {},
): Promise<EncodedDataset> {
  const { splits, cache = openFeatureCache() } = options
  const isWanted = dataset.rows.map(({ split }) => !splits || splits.includes(split))
  const contents = new ContentNumbers()
  const problems: Problem[] = [...dataset.problems]
  const views: EncodedView[] = []
  const fileContents = new Map<string, string>()
  const stores = new Stores(cache || undefined)
  try {
    const chosen = chosenViews(dataset, encoders, options.views)
    for (const view of chosen) {
      throwIfAborted(options.signal, `encode ${view.name}`)
      const column = columnOf(view)
      const items: number[] = []
      dataset.rows.forEach(({ cells }, index) => {
        if (isWanted[index] && column in cells) items.push(index)
      })
      const encoder = encoderOf(view, encoders)
      const derivation = derivationOf(view, dataset.views, (holder) => encoderOf(holder, encoders))
      const encoded = encoder
        ? await encodeView(dataset, view, items, encoder, await stores.of(encoder), {
            ...options,
            derivation,
            fileContents,
          })
        : await precomputed(dataset, view, isWanted)
      for (const problem of encoded.problems) problems.push(problem)
      if (encoded.rows.length === 0) continue
      views.push({
        ...view,
        encoder: encoder ? recordOf(encoder) : await npyRecord(encoded.features.dim),
        features: encoded.features,
        rows: encoded.rows,
        contents: contents.number(view.modality, encoded, isAlone(view, chosen)),
      })
    }
  } finally {
    await stores.close()
  }
  if (views.length === 0) throw nothingEncoded(dataset, problems)
  return { name: dataset.name, rows: dataset.rows, views, problems, splits: dataset.splits }
}

/**
 * One view of features that were computed before.
 *
 * @throws TongganError `not-enough-data` where no row of it can be used, `bad-features` for matrices of differing widths
 */
export async function encodePrecomputed(
  dataset: Dataset,
  view: View,
): Promise<{ view: Omit<EncodedView, 'contents'>; problems: readonly Problem[] }> {
  const { features, rows, problems } = await dataset.readPrecomputed(view.name)
  if (rows.length === 0) throw nothingEncoded(dataset, problems)
  return { view: { ...view, encoder: await npyRecord(features.dim), features, rows }, problems }
}

function chosenViews(dataset: Dataset, encoders: Encoders, wanted?: readonly string[]): View[] {
  const derived = derivedViews(dataset.views, (view) => encoderOf(view, encoders))
  const views = [...dataset.views, ...derived.filter((view) => encoderOf(view, encoders))]
  const known = views.flatMap(({ name, modality }) => (name === modality ? [name] : [modality, name]))
  for (const name of [...(wanted ?? []), ...Object.keys(encoders).filter((key) => !isModalityName(key))]) {
    if (!known.includes(name)) throw unknownView(dataset, name, known)
  }
  const isWanted = ({ name, modality }: View) => wanted?.includes(name) || wanted?.includes(modality)
  const chosen = views.filter((view) => !wanted || isWanted(view))
  const bare = chosen.filter((view) => view.source === 'raw' && !encoderOf(view, encoders))
  if (bare.length > 0 && (wanted || bare.length === chosen.length)) throw noEncoder(bare[0], encoders)
  return chosen.filter((view) => !bare.includes(view))
}

function isAlone({ modality }: View, views: readonly View[]): boolean {
  return views.filter((view) => view.modality === modality).length === 1
}

function encoderOf({ name, modality, source }: View, encoders: Encoders): Encoder | undefined {
  return source === 'npy' ? undefined : (encoders[name] ?? encoders[modality])
}

async function precomputed(
  dataset: Dataset,
  view: View,
  isWanted: readonly boolean[],
): Promise<EncodedItems> {
  const { features, rows, problems } = await dataset.readPrecomputed(view.name)
  const items = Int32Array.from(rows.keys()).filter((item) => isWanted[rows[item]])
  const selected = new SelectedFeatures(features, items)
  return {
    features: selected,
    rows: items.map((item) => rows[item]),
    contents: await contentOfRows(selected),
    problems,
  }
}

/** What the cache keeps of each encoder, opened once for all its views. */
class Stores {
  readonly #cache: FeatureCache | undefined
  readonly #open = new Map<string, Promise<FeatureStore>>()

  constructor(cache: FeatureCache | undefined) {
    this.#cache = cache
  }

  async of(encoder: Encoder): Promise<FeatureStore | undefined> {
    if (!this.#cache) return undefined
    if (!this.#open.has(encoder.fingerprint)) this.#open.set(encoder.fingerprint, this.#cache.open(encoder))
    return this.#open.get(encoder.fingerprint)
  }

  async close(): Promise<void> {
    for (const store of this.#open.values()) await (await store).close()
  }
}

/** Numbers for contents, equal within a modality where contents are. */
class ContentNumbers {
  readonly #numbers = new Map<ModalityName, Map<string, number>>()
  #next = 0

  /** @param alone no other view of the modality has items: their own numbers will do, and nothing is kept of them */
  number(modality: ModalityName, { contents, numbers: own }: EncodedItems, alone: boolean): Int32Array {
    if (alone && own) {
      const first = this.#next
      this.#next += own.reduce((most, number) => Math.max(most, number), -1) + 1
      return own.map((number) => first + number)
    }
    const numbers = this.#numbers.get(modality) ?? new Map<string, number>()
    this.#numbers.set(modality, numbers)
    return Int32Array.from(contents, (content) => {
      const known = numbers.get(content)
      if (known !== undefined) return known
      numbers.set(content, this.#next)
      return this.#next++
    })
  }
}

function recordOf({ id, fingerprint, parameters, alignment }: Encoder): EncoderRecord {
  return { id, fingerprint, parameters, ...(alignment && { alignment }) }
}

/** Precomputed features know nothing of what made them but their width. */
async function npyRecord(dim: number): Promise<EncoderRecord> {
  return {
    id: 'npy',
    fingerprint: await sha256(new TextEncoder().encode(`npy/1/${dim}`)),
    parameters: { dim },
  }
}

function unknownView(dataset: Dataset, name: string, known: readonly string[]): TongganError {
  return new TongganError('wrong-usage', {
    operation: 'encode',
    expected: `views of ${dataset.name} (${dataset.views.map((view) => view.name).join(', ')})`,
    received: name,
    remedy: `is it ${nearestName(name, known)}?`,
  })
}

function noEncoder({ name, modality }: View, encoders: Encoders): TongganError {
  return new TongganError('wrong-usage', {
    operation: `encode ${name}`,
    expected: `an encoder for ${modality}`,
    received: Object.keys(encoders).join(', ') || 'none',
    remedy: `give one, e.g. { ${modality}: ${modality}Encoder() }, or leave the view out with \`views\``,
  })
}

function nothingEncoded(dataset: Dataset, problems: readonly Problem[]): TongganError {
  return new TongganError('not-enough-data', {
    operation: `encode ${dataset.name}`,
    expected: 'at least one item',
    received: problems.length === 0 ? 'none in these rows' : `none, with ${problems.length} left out`,
    remedy: problems.length === 0 ? undefined : `the first: ${problems[0].error.message}`,
    cause: problems[0]?.error,
  })
}
