// The engine that is a server: search, embeddings and media of the space that it serves, and fits as jobs of it. Whatever
// is about files of this browser is left to the local engine: a table is read here before it is uploaded, and a saved
// space is opened here, where it stays; from then on, the local engine answers.

import type { IndexEntry, LongCall, Report, Split } from 'tonggan'
import type { SpaceDescription, TongganClient } from 'tonggan/client'
import { LocalEngine } from './local-engine.ts'
import type {
  FileSet,
  FitCall,
  FitChoices,
  Found,
  ItemChunk,
  OpenSpace,
  OpenTable,
  Runtime,
  StudioEngine,
  StudioQuery,
  StudioSearch,
} from './studio-engine.ts'

/** Items that one answer carries. */
const itemsAChunk = 8192

export class ServedEngine implements StudioEngine {
  readonly where = 'server'
  readonly #client: TongganClient
  #local: LocalEngine | undefined
  #opened: SpaceDescription | 'local'
  /** The table that was opened last, to be uploaded. */
  #table: FileSet | undefined
  /** Of spaces that were fitted from here, the files that they were fitted to. */
  readonly #fitted = new Map<string, FileSet['files']>()
  /** Items that were given without their positions. */
  readonly #positions = new WeakMap<IndexEntry, number>()

  private constructor(client: TongganClient, opened: SpaceDescription) {
    this.#client = client
    this.#opened = opened
  }

  /** @throws TongganError `unauthorised`, `unexpected` where no server answers */
  static async open(client: TongganClient): Promise<ServedEngine> {
    const [{ name }] = await client.spaces()
    return new ServedEngine(client, await client.space(name))
  }

  async runtime(): Promise<Runtime> {
    return this.#opened === 'local' ? this.#browser.runtime() : { where: 'server', device: 'cpu' }
  }

  async space(): Promise<OpenSpace | undefined> {
    return this.#opened === 'local' ? this.#browser.space() : this.#described(this.#opened)
  }

  async openSpace(chosen: FileSet, call?: LongCall): Promise<OpenSpace> {
    const opened = await this.#browser.openSpace(chosen, call)
    this.#opened = 'local'
    return opened
  }

  async download(): Promise<Blob> {
    return this.#opened === 'local'
      ? this.#browser.download()
      : this.#client.downloadArchive(this.#opened.name)
  }

  async openTable(chosen: FileSet, call?: LongCall): Promise<OpenTable> {
    const table = await this.#browser.openTable(chosen, call)
    this.#table = { ...chosen, name: table.name }
    return table
  }

  async fit(
    { where = 'browser', ...choices }: FitChoices,
    { signal, enough, onProgress, onLeftOut }: FitCall = {},
  ): Promise<OpenSpace> {
    if (where === 'browser' || !this.#table) {
      const opened = await this.#browser.fit(choices, { signal, enough, onProgress, onLeftOut })
      this.#opened = 'local'
      return opened
    }
    const { files } = this.#table
    const name = await this.#freeName(this.#table.name)
    const { senses, device: _, ...options } = choices
    const request = { name, ...options, ...(senses && { senses: [...senses] }) }
    const { leftOut } = await this.#client.fit(request, files, { signal, enough, onProgress })
    onLeftOut?.(leftOut?.first ?? [])
    this.#fitted.set(name, files)
    this.#opened = await this.#client.space(name)
    return this.#described(this.#opened)
  }

  async evaluate(split: Split, call: LongCall = {}): Promise<Report> {
    if (this.#opened === 'local') return this.#browser.evaluate(split, call)
    const { name } = this.#opened
    return this.#client.evaluate({ space: name, split }, this.#fitted.get(name), call)
  }

  async *items({ signal, onProgress }: LongCall = {}): AsyncIterable<ItemChunk> {
    if (this.#opened === 'local') {
      yield* this.#browser.items({ signal, onProgress })
      return
    }
    const { name, index } = this.#opened
    const total = index?.count ?? 0
    for (let from = 0; from < total; from += itemsAChunk) {
      const range = { from, count: itemsAChunk }
      const [{ items }, embeddings] = await Promise.all([
        this.#client.items(name, range, { signal }),
        this.#client.embeddings(name, { ...range, format: 'float16' }, { signal }),
      ])
      const entries = items.map(({ position, ...entry }) => {
        this.#positions.set(entry, position)
        return entry
      })
      yield { from, entries, embeddings }
      onProgress?.({ stage: 'read items', done: from + items.length, total, unit: 'items' })
    }
  }

  async file(entry: IndexEntry, size?: number): Promise<Blob | undefined> {
    if (this.#opened === 'local') return this.#browser.file(entry)
    const { modality, content } = entry
    if (modality === 'text' || modality === 'code') return undefined
    const { name, index } = this.#opened
    const own = this.#fitted.get(name)?.get(content)
    const position = 'position' in entry ? (entry.position as number) : this.#positions.get(entry)
    if (own || !index?.media || position === undefined) return own
    return this.#client.itemMedia(name, position, modality === 'image' ? { size } : {})
  }

  async search(query: StudioQuery, { want, k, filter, signal }: StudioSearch = {}): Promise<Found> {
    if (this.#opened === 'local') return this.#browser.search(query, { want, k, filter, signal })
    const { name } = this.#opened
    const wanted = want && [...want]
    const files = Object.values(query).some((item) => typeof item !== 'string')
    const { hits, nothingMatches } = files
      ? await this.#client.searchFiles(name, query, { ...fieldsOf(filter), want: wanted, k }, { signal })
      : await this.#client.search(
          name,
          { query: query as Record<string, string>, want: wanted, k, filter: plain(filter) },
          { signal },
        )
    return { hits, nothingMatches }
  }

  async similar(position: number, { want, k, filter, signal }: StudioSearch = {}): Promise<Found> {
    if (this.#opened === 'local') return this.#browser.similar(position, { want, k, filter, signal })
    const request = { like: position, want: want && [...want], k, filter: plain(filter) }
    const { hits, nothingMatches } = await this.#client.search(this.#opened.name, request, { signal })
    return { hits, nothingMatches }
  }

  async close(): Promise<void> {
    await this.#local?.close()
  }

  /** Made when it is first needed: its worker loads the whole library. */
  get #browser(): LocalEngine {
    this.#local ??= new LocalEngine()
    return this.#local
  }

  #described({ name, index, evaluates, modalities, ...space }: SpaceDescription): OpenSpace {
    const items = index?.items ?? {}
    const canEvaluate = (['test', 'val', 'train'] as const).filter((split) => space.splits.rows[split] > 0)
    return {
      ...space,
      name,
      senses: modalities.map(({ name: sense, encoder, featureDim, views }) => {
        const indexed = Object.keys(items).filter((view) => view === sense || view.startsWith(`${sense}.`))
        const all = [...new Set([...views, ...indexed])]
        return {
          name: sense,
          encoder,
          featureDim,
          views: all.map((view) => ({ name: view, items: items[view] ?? 0 })),
        }
      }),
      searchable: index?.count ?? 0,
      canEvaluate: evaluates || this.#fitted.has(name) ? canEvaluate : [],
    }
  }

  /** A name for a space of the server that none there has. */
  async #freeName(table: string): Promise<string> {
    const base = table
      .replace(/\.\w+$/, '')
      .replaceAll(/[^\w.-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
    const taken = new Set((await this.#client.spaces()).map(({ name }) => name))
    for (let number = 1; ; number++) {
      const name = `${(base || 'space').slice(0, 50)}${number === 1 ? '' : `-${number}`}`
      if (!taken.has(name)) return name
    }
  }
}

type Filter = NonNullable<StudioSearch['filter']>

/** The filter as JSON takes it, which knows no read-only lists. */
function plain(filter: StudioSearch['filter']) {
  if (!filter) return undefined
  const { modality, view, label } = filter
  return { modality: listOf(modality), view: listOf(view), label: listOf(label) }
}

/** The filter as fields of a form, where a modality is one of the views that are wanted. */
function fieldsOf({ view, label }: Filter = {}) {
  return { view: listOf(view), label: listOf(label) }
}

function listOf<Value>(values: Value | readonly Value[] | undefined): Value[] | undefined {
  return values === undefined ? undefined : ([values].flat() as Value[])
}
