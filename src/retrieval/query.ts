// What a person asks with: one item of one sense, or of several at once.

import { readFile } from '#platform/files'
import type { RawItem } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityOfView, type ViewName } from '../spec/modality.ts'

/**
 * Modality or view → its item: words for `text` and `code`; for the others a path (in the browser a URL), bytes,
 * or a Blob.
 *
 * @example
 * { text: 'a sleepy cat' }
 * { image: 'drawing.png', text: 'in red' }
 */
export type Query = Readonly<Partial<Record<ViewName, string | URL | Uint8Array | Blob | RawItem>>>

/** The items of a query, with the modality of each. */
export type ItemQuery = readonly { readonly modality: ModalityName; readonly item: RawItem }[]

/** @throws TongganError `wrong-usage`, `missing-file` */
export async function readQuery(query: Query): Promise<ItemQuery> {
  const items = []
  for (const [sense, value] of Object.entries(query)) {
    if (value === undefined) continue
    const modality = modalityOfView(sense)
    if (!modality) throw wrongQuery('text, image, audio or another modality', sense)
    items.push({ modality, item: await readItem(modality, value) })
  }
  if (items.length === 0) throw wrongQuery('an item of one sense or more', 'nothing')
  return items
}

async function readItem(modality: ModalityName, value: NonNullable<Query[ViewName]>): Promise<RawItem> {
  if (typeof value === 'string' && (modality === 'text' || modality === 'code')) {
    return { kind: 'words', words: value }
  }
  if (typeof value === 'string' || value instanceof URL) {
    return { kind: 'file', bytes: await readFile(value), name: String(value) }
  }
  if (value instanceof Uint8Array) return { kind: 'file', bytes: value, name: `the ${modality} asked with` }
  if (value instanceof Blob) {
    const name = value instanceof File ? value.name : `the ${modality} asked with`
    return { kind: 'file', bytes: new Uint8Array(await value.arrayBuffer()), name }
  }
  return value
}

function wrongQuery(expected: string, received: string): TongganError {
  return new TongganError('wrong-usage', { operation: 'search', expected, received })
}
