// A multipart body as fields and files. A query has one part a sense; a dataset has one part a file, named by its path,
// which is only ever a name in memory.

import type { ItemQuery } from '../../retrieval/query.ts'
import { TongganError } from '../../spec/errors.ts'
import { modalityOfView } from '../../spec/modality.ts'

/** What a query's parts may be called besides senses. */
const fields = ['want', 'k', 'label', 'view']

/** @throws TongganError `wrong-usage` where it is none, `too-large` for too many parts */
export async function readMultipart(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
  maxParts: number,
): Promise<[name: string, value: string | File][]> {
  let parts: [string, string | File][]
  try {
    parts = [...(await new Response(bytes, { headers: { 'content-type': contentType } }).formData())]
  } catch (cause) {
    throw new TongganError('wrong-usage', {
      operation: 'read the request',
      expected: 'multipart/form-data as its boundary says',
      received: (cause as Error).message,
      cause,
    })
  }
  if (parts.length <= maxParts) return parts
  throw new TongganError('too-large', {
    operation: 'read the request',
    expected: `at most ${maxParts} parts`,
    received: String(parts.length),
  })
}

/**
 * The query of a multipart body, and what to find as the fields of a `SearchRequest`.
 * @throws TongganError `wrong-usage` for a part that means nothing here, or none that asks
 */
export async function queryOfParts(
  parts: readonly [string, string | File][],
): Promise<{ query: ItemQuery; options: Record<string, unknown> }> {
  const query = []
  const written: Record<string, string[]> = {}
  for (const [name, value] of parts) {
    const modality = modalityOfView(name)
    if (modality) query.push({ modality, item: await itemOf(value) })
    else if (fields.includes(name) && typeof value === 'string')
      written[name] = [...(written[name] ?? []), value]
    else throw wrongPart(name)
  }
  if (query.length === 0) throw wrongPart('none')
  const { want, k, label, view } = written
  const filter = (label || view) && { ...(label && { label }), ...(view && { view }) }
  const options = { ...(want && { want }), ...(k && { k: Number(k[0]) }), ...(filter && { filter }) }
  return { query, options }
}

async function itemOf(value: string | File): Promise<ItemQuery[number]['item']> {
  if (typeof value === 'string') return { kind: 'words', words: value }
  return { kind: 'file', bytes: new Uint8Array(await value.arrayBuffer()), name: value.name || 'the file' }
}

function wrongPart(received: string): TongganError {
  return new TongganError('wrong-usage', {
    operation: 'read the request',
    expected: `parts named by a sense (text, image, audio …), and fields ${fields.join(', ')}`,
    received,
  })
}
