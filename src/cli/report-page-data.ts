// What a page of an evaluation shows beside its numbers: items with their embeddings, for the map and for examples of what
// was found and missed, and small pictures. Bounded, so that the page stays one that can be sent: things are drawn evenly,
// each with all its perceptions or not at all.

import { thumbnail } from '../server/media/thumbnail.ts'
import { embedView } from '../space/embed-view.ts'
import type { OnnxSpace } from '../space/onnx-space.ts'
import type { Dataset, EncodedDataset, EncodedView, Row } from '../spec/dataset.ts'
import type { ViewName } from '../spec/modality.ts'
import type { LongCall } from '../spec/progress.ts'
import type { ReportPageData } from '../spec/report-page.ts'
import type { IndexEntry } from '../spec/search.ts'
import type { Report } from '../spec/space.ts'
import type { Language } from './language.ts'

const mostItems = 2000
/** Bytes of all pictures together. */
const mostPictureBytes = 1_500_000
/** Letters of a text that the page keeps. */
const mostLetters = 300
/** Pixels of a side. */
const pictureSide = 72
const maxPixels = 64_000_000

export interface Evaluated {
  readonly space: OnnxSpace
  readonly dataset: Dataset
  readonly features: EncodedDataset
  readonly report: Report
}

export interface GatherOptions extends LongCall {
  /** As the person named them. */
  readonly folder: string
  readonly table: string
  readonly language: Language
}

export async function gatherReportPage(
  { space, dataset, features, report }: Evaluated,
  { folder, table, language, ...call }: GatherOptions,
): Promise<ReportPageData> {
  const { rows, views } = features
  const inSplit = views.map((view) => itemsWhere(view, (row) => rows[row].split === report.split))
  const isChosen = chosenThings(
    views.flatMap((view, v) => inSplit[v].map((item) => rows[view.rows[item]].id)),
  )
  const entries: IndexEntry[] = []
  const embeddings: Uint8Array[] = []
  const pictured: Pictured[] = []
  for (const [v, view] of views.entries()) {
    const order = inSplit[v].filter((item) => isChosen(rows[view.rows[item]].id))
    if (order.length === 0) continue
    embeddings.push(toInt8(await embedView(space, view, order, call), space.dim))
    for (const item of order) {
      const row = rows[view.rows[item]]
      const cell = row.cells[view.derivedFrom ?? view.name]
      const content = isWords(view) ? cell.slice(0, mostLetters) : cell
      const { id, label } = row
      if (hasPicture(view)) pictured.push({ position: entries.length, row, view: view.name })
      entries.push({
        id,
        view: view.name,
        modality: view.modality,
        ...(label !== undefined && { label }),
        content,
      })
    }
  }
  const { fit, evaluation } = space.manifest
  return {
    language,
    space: folder,
    table,
    dim: space.dim,
    report,
    items: Object.fromEntries(views.map(({ name }, v) => [name, inSplit[v].length])),
    fit,
    evaluation,
    entries,
    embeddings: Buffer.concat(embeddings).toString('base64'),
    pictures: await smallPictures(dataset, pictured),
  }
}

function itemsWhere(view: EncodedView, accepts: (row: number) => boolean): number[] {
  return [...view.rows.keys()].filter((item) => accepts(view.rows[item]))
}

/** Which things a page shows: all, or every second, third … so that their items are few enough. */
function chosenThings(idsOfItems: readonly string[]): (id: string) => boolean {
  const step = Math.max(1, Math.ceil(idsOfItems.length / mostItems))
  const chosen = new Set([...new Set(idsOfItems)].filter((_, k) => k % step === 0))
  return (id) => chosen.has(id)
}

/** Rows of 8 bits: cosines move by a few thousandths, places on a map by less than can be seen. */
function toInt8(embeddings: Float32Array, dim: number): Uint8Array {
  const small = new Int8Array(embeddings.length)
  for (let start = 0; start < embeddings.length; start += dim) {
    const row = embeddings.subarray(start, start + dim)
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    for (let d = 0; d < dim; d++) small[start + d] = Math.round((row[d] / largest) * 127)
  }
  return new Uint8Array(small.buffer)
}

function isWords({ modality }: EncodedView): boolean {
  return modality === 'text' || modality === 'code'
}

function hasPicture({ modality, source, derivedFrom }: EncodedView): boolean {
  return modality === 'image' && source === 'raw' && derivedFrom === undefined
}

interface Pictured {
  readonly position: number
  readonly row: Row
  readonly view: ViewName
}

/** As many as the page bears, from all over the table; those that cannot be read are left to their names. */
async function smallPictures(
  dataset: Dataset,
  pictured: readonly Pictured[],
): Promise<Record<string, string>> {
  const pictures: Record<string, string> = {}
  const stride = 7
  let bytes = 0
  for (let from = 0; from < stride; from++) {
    for (let k = from; k < pictured.length && bytes < mostPictureBytes; k += stride) {
      const { position, row, view } = pictured[k]
      const picture = await smallPicture(dataset, row, view)
      if (!picture) continue
      pictures[position] = Buffer.from(picture).toString('base64')
      bytes += picture.length
    }
  }
  return pictures
}

async function smallPicture(dataset: Dataset, row: Row, view: ViewName): Promise<Uint8Array | undefined> {
  try {
    const item = await dataset.read(row, view)
    return item.kind === 'file'
      ? await thumbnail(item.bytes, pictureSide, { name: item.name, maxPixels })
      : undefined
  } catch {
    return undefined
  }
}
