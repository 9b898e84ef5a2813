// The engine that needs no server: encoders, fitting and search in a worker of this page. Here is only the page's thin
// end; the work is in `worker/`.

import type { IndexEntry, LongCall, Report, Split } from 'tonggan'
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
import { WorkerClient } from './worker-client.ts'

/** Items that one message carries. */
const itemsAChunk = 2048

export class LocalEngine implements StudioEngine {
  readonly where = 'browser'
  readonly #worker = new WorkerClient(
    new Worker(new URL('./worker/studio-worker.ts', import.meta.url), { type: 'module' }),
  )

  runtime(): Promise<Runtime> {
    return this.#worker.call('runtime', [])
  }

  space(): Promise<OpenSpace | undefined> {
    return this.#worker.call('space', [])
  }

  openSpace(chosen: FileSet, call?: LongCall): Promise<OpenSpace> {
    return this.#worker.call('openSpace', [chosen], call)
  }

  download(): Promise<Blob> {
    return this.#worker.call('download', [])
  }

  openTable(chosen: FileSet, call?: LongCall): Promise<OpenTable> {
    return this.#worker.call('openTable', [chosen], call)
  }

  fit(choices: FitChoices, call?: FitCall): Promise<OpenSpace> {
    return this.#worker.call('fit', [choices], call)
  }

  evaluate(split: Split, call?: LongCall): Promise<Report> {
    return this.#worker.call('evaluate', [split], call)
  }

  async *items({ signal, onProgress }: LongCall = {}): AsyncIterable<ItemChunk> {
    const total = (await this.space())?.searchable ?? 0
    for (let from = 0; from < total; from += itemsAChunk) {
      yield await this.#worker.call<ItemChunk>('itemChunk', [from, itemsAChunk], { signal })
      onProgress?.({ stage: 'read items', done: Math.min(from + itemsAChunk, total), total, unit: 'items' })
    }
  }

  file(entry: IndexEntry): Promise<Blob | undefined> {
    return this.#worker.call('file', [entry])
  }

  search(query: StudioQuery, { signal, ...options }: StudioSearch = {}): Promise<Found> {
    return this.#worker.call('search', [query, options], { signal })
  }

  similar(position: number, { signal, ...options }: StudioSearch = {}): Promise<Found> {
    return this.#worker.call('similar', [position, options], { signal })
  }

  async close(): Promise<void> {
    this.#worker.close()
  }
}
