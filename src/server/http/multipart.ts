// A multipart body as fields and files. A query has one part a sense; a dataset has one part a file, named by its path,
// which is only ever a name in memory.
//
// Parts are counted before they are read: a body of 32 MiB has room for 650,000 empty ones, which would keep the thread
// that answers everyone busy for seconds.

import { MIMEType } from 'node:util'
import type { ItemQuery } from '../../retrieval/query.ts'
import { TongganError } from '../../spec/errors.ts'
import { modalityOfView } from '../../spec/modality.ts'

/** What a query's parts may be called besides senses. */
const fields = ['want', 'k', 'label', 'view']

/** What a boundary may be made of (RFC 2046, 5.1.1). */
const boundaryForm = /^[\w'()+,./:=? -]{1,70}$/

/** @throws TongganError `wrong-usage` where it is none, `too-large` for too many parts */
export async function readMultipart(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
  maxParts: number,
): Promise<[name: string, value: string | File][]> {
  const boundary = boundaryOf(contentType)
  // before the first part a line may be empty, and after the last one delimiter ends all
  if (delimiters(bytes, boundary, maxParts + 2) > maxParts + 1) throw tooMany(maxParts)
  let parts: [string, string | File][]
  try {
    // written anew, so that what was counted is what is read
    const type = `multipart/form-data; boundary="${boundary}"`
    parts = [...(await new Response(bytes, { headers: { 'content-type': type } }).formData())]
  } catch (cause) {
    throw notAsItSays((cause as Error).message, cause)
  }
  if (parts.length > maxParts) throw tooMany(maxParts)
  return parts
}

function boundaryOf(contentType: string): string {
  let boundary: string
  try {
    boundary = new MIMEType(contentType).params.get('boundary') ?? ''
  } catch (cause) {
    throw notAsItSays('a Content-Type that cannot be read', cause)
  }
  if (boundaryForm.test(boundary)) return boundary
  throw notAsItSays('no boundary of 1 to 70 characters that may stand in one')
}

/** How often the boundary begins a line; counts to `most`. */
function delimiters(bytes: Uint8Array<ArrayBuffer>, boundary: string, most: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const delimiter = `\r\n--${boundary}`
  let count = 0
  for (let at = buffer.indexOf(delimiter); at >= 0 && count < most; count++)
    at = buffer.indexOf(delimiter, at + delimiter.length)
  return count
}

function notAsItSays(received: string, cause?: unknown): TongganError {
  const expected = 'multipart/form-data as its boundary says'
  return new TongganError('wrong-usage', { operation: 'read the request', expected, received, cause })
}

function tooMany(maxParts: number): TongganError {
  const expected = `at most ${maxParts} parts`
  return new TongganError('too-large', { operation: 'read the request', expected, received: 'more' })
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
