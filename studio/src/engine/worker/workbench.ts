// What the worker does, one method a call of `StudioEngine`: it holds the table and the space that are open, and turns
// the library's values into plain ones. Fitting is in `fit-table.ts`.

import {
  createIndex,
  type Dataset,
  type EncodedDataset,
  evaluate,
  type Hits,
  type IndexEntry,
  type LongCall,
  type OnnxSpace,
  openDataset,
  openIndex,
  openSpace,
  type Report,
  type SearchIndex,
  type Split,
  TongganError,
} from 'tonggan'
import type {
  FileSet,
  FitCall,
  FitChoices,
  Found,
  ItemChunk,
  OpenSpace,
  OpenTable,
  Runtime,
  StudioQuery,
  StudioSearch,
} from '../studio-engine.ts'
import { describeSpace, describeTable, rowsOfSplits } from './describe.ts'
import { builtInEncoders, fitTable } from './fit-table.ts'
import { describeRuntime } from './runtime.ts'
import { savedFiles, zipOf } from './saved-files.ts'

/** A space with what can be searched in it and, where it was fitted here, the table that it was fitted to. */
interface Opened {
  readonly name: string
  readonly space: OnnxSpace
  readonly index: SearchIndex
  readonly encoded?: EncodedDataset
  /** The table's folder, where files of items are. */
  readonly files: FileSet['files']
}

export class Workbench {
  #table: { readonly dataset: Dataset; readonly files: FileSet['files'] } | undefined
  #opened: Opened | undefined

  runtime(): Promise<Runtime> {
    return describeRuntime()
  }

  space(): OpenSpace | undefined {
    return this.#opened && described(this.#opened)
  }

  async openSpace(chosen: FileSet, { signal }: LongCall = {}): Promise<OpenSpace> {
    const { name, space: saved, index: savedIndex } = savedFiles(chosen)
    const space = await openSpace(saved, { name })
    const index = savedIndex
      ? await openIndex(new Uint8Array(await savedIndex.arrayBuffer()), space)
      : createIndex(space)
    signal?.throwIfAborted()
    return this.#open({ name, space, index, files: chosen.files })
  }

  async openTable({ name, files }: FileSet, call: LongCall = {}): Promise<OpenTable> {
    const dataset = await openDataset(files, { ...call, name })
    this.#table = { dataset, files }
    return describeTable(dataset, new Set(builtInEncoders().map(({ modality }) => modality)))
  }

  async fit(choices: FitChoices, call: FitCall): Promise<OpenSpace> {
    if (!this.#table) throw nothingOpen('fit a space', 'a table', 'open a table first')
    const { dataset, files } = this.#table
    const fitted = await fitTable(dataset, choices, call)
    return this.#open({ ...fitted, name: dataset.name, files })
  }

  evaluate(split: Split, call: LongCall): Promise<Report> {
    const { space, encoded } = this.#required('evaluate')
    if (!encoded)
      throw nothingOpen('evaluate', 'the table of the space', 'open its table and fit, or use the report')
    return evaluate(space, encoded, { split, ...call })
  }

  itemChunk(from: number, count: number): ItemChunk {
    const { index } = this.#required('read items')
    return {
      from,
      entries: index.entries.slice(from, from + count),
      // a copy: a view would carry the whole index with it
      embeddings: index.embeddings(from, Math.min(from + count, index.count)).slice(),
    }
  }

  file({ modality, content }: IndexEntry): Blob | undefined {
    if (modality === 'text' || modality === 'code') return undefined
    return this.#opened?.files.get(content)
  }

  async search(query: StudioQuery, options: StudioSearch, { signal }: LongCall): Promise<Found> {
    return found(await this.#required('search').index.search(query, { ...options, signal }))
  }

  async similar(position: number, options: StudioSearch, { signal }: LongCall): Promise<Found> {
    return found(await this.#required('search').index.similar(position, { ...options, signal }))
  }

  download(): Promise<Blob> {
    const { name, space, index } = this.#required('download')
    return zipOf(name, space.toFiles(), index)
  }

  #required(operation: string): Opened {
    if (this.#opened) return this.#opened
    throw nothingOpen(operation, 'an open space', 'fit or open one first')
  }

  async #open(opened: Opened): Promise<OpenSpace> {
    const before = this.#opened
    this.#opened = opened
    await before?.index.close()
    await before?.space.close()
    return described(opened)
  }
}

function described({ name, space, index, encoded }: Opened): OpenSpace {
  const rows = encoded ? rowsOfSplits(encoded) : {}
  const canEvaluate = (['test', 'val', 'train'] as const).filter(
    (split) => (rows as Record<string, number>)[split] > 0,
  )
  return describeSpace(name, space, index, canEvaluate)
}

/** What an array says besides its items does not cross. */
function found(hits: Hits): Found {
  const { nothingMatches } = hits
  return { hits: [...hits], ...(nothingMatches !== undefined && { nothingMatches }) }
}

function nothingOpen(operation: string, expected: string, remedy: string): TongganError {
  return new TongganError('wrong-usage', { operation, expected, received: 'none', remedy })
}
