// The items of a written report: embeddings out of their 8 bits, pictures out of base64, and the nearest of an item among
// them.

import type { IndexEntry, ReportPageData } from 'tonggan'
import type { Nearest } from '../handshake/pair-examples.ts'
import type { FileOf } from '../map/file-urls.ts'
import { cosine, type UnitRows } from '../map/layout/unit-rows.ts'

/** Unit rows again, whatever their scale was. */
export function rowsOf({
  embeddings,
  entries,
  dim,
}: Pick<ReportPageData, 'embeddings' | 'entries' | 'dim'>): UnitRows {
  const small = new Int8Array(bytesOf(embeddings).buffer)
  const data = new Float32Array(entries.length * dim)
  for (let start = 0; start < data.length; start += dim) {
    let squared = 0
    for (let d = 0; d < dim; d++) squared += small[start + d] ** 2
    const norm = Math.sqrt(squared) || 1
    for (let d = 0; d < dim; d++) data[start + d] = small[start + d] / norm
  }
  return { data, rows: entries.length, dim }
}

/** Ties to the lower position; an item does not find itself. */
export function nearestAmong(rows: UnitRows, entries: readonly IndexEntry[]): Nearest {
  return async (position, view, k) =>
    [...entries.keys()]
      .filter((other) => other !== position && entries[other].view === view)
      .map((other) => ({ other, similarity: cosine(rows, position, rows, other) }))
      .sort((a, b) => b.similarity - a.similarity || a.other - b.other)
      .slice(0, k)
      .map(({ other }) => other)
}

export function filesOf({ entries, pictures }: Pick<ReportPageData, 'entries' | 'pictures'>): FileOf {
  const positions = new Map(entries.map((entry, position) => [entry, position]))
  return async (entry) => {
    const picture = pictures[String(positions.get(entry))]
    return picture === undefined ? undefined : new Blob([bytesOf(picture)], { type: 'image/webp' })
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
