// An index as bytes: a header of 96 bytes, the vectors, the entries. All numbers are little-endian.
//
//   0  magic "TONGGAN\0"      8  format version      12  index type (1: flat, float32)
//  16  dim                   20  count               24  bytes of entries      28  zero
//  32  the space's hash, 64 hexadecimal digits
//  96  vectors [count, dim] float32, then the entries as UTF-8 JSON, one array a column
//
// The length must be exactly what the header says, so a file that was cut or grew is refused before it is used.

import { z } from 'zod'
import { firstNonFinite } from '../math/first-non-finite.ts'
import { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityOfView } from '../spec/modality.ts'
import type { IndexEntry } from '../spec/search.ts'

const magic = new TextEncoder().encode('TONGGAN\0')
const formatVersion = 1
const flatType = 1
const headerBytes = 96

export interface IndexContents {
  readonly dim: number
  /** The hash of the space that the vectors are of, 64 hexadecimal digits. */
  readonly spaceHash: string
  /** `[entries, dim]`. */
  readonly vectors: Float32Array
  readonly entries: readonly IndexEntry[]
  /** Where the space was, seen from the index's own folder; only a hint. */
  readonly spacePath?: string
}

const tailSchema = z.object({
  spacePath: z.string().optional(),
  views: z.array(z.string().refine((view) => modalityOfView(view) !== undefined)),
  view: z.array(z.int().nonnegative()),
  id: z.array(z.string()),
  label: z.array(z.string().nullable()),
  content: z.array(z.string()),
})

export function writeIndexFile({ dim, spaceHash, vectors, entries, spacePath }: IndexContents): Uint8Array {
  const views = [...new Set(entries.map(({ view }) => view))]
  const numbers = new Map(views.map((view, number) => [view, number]))
  const tail: z.infer<typeof tailSchema> = {
    spacePath,
    views,
    view: entries.map(({ view }) => numbers.get(view)!),
    id: entries.map(({ id }) => id),
    label: entries.map(({ label }) => label ?? null),
    content: entries.map(({ content }) => content),
  }
  const tailBytes = new TextEncoder().encode(JSON.stringify(tail))
  const bytes = new Uint8Array(headerBytes + vectors.byteLength + tailBytes.length)
  bytes.set(magic)
  const header = new DataView(bytes.buffer, 0, headerBytes)
  const fields = [formatVersion, flatType, dim, entries.length, tailBytes.length]
  fields.forEach((field, k) => {
    header.setUint32(8 + 4 * k, field, true)
  })
  bytes.set(new TextEncoder().encode(spaceHash).subarray(0, 64), 32)
  bytes.set(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength), headerBytes)
  bytes.set(tailBytes, headerBytes + vectors.byteLength)
  return bytes
}

/**
 * @param path what messages call the file
 * @throws TongganError `bad-index` that says what is wrong with the bytes
 */
export function readIndexFile(bytes: Uint8Array, path?: string): IndexContents {
  const refuse = (expected: string, received: string, remedy = 'index again, or fetch an unchanged copy') =>
    new TongganError('bad-index', { operation: 'open index', path, expected, received, remedy })
  if (magic.some((byte, k) => bytes[k] !== byte)) {
    throw refuse('an index of Tonggan', bytes.length === 0 ? 'an empty file' : 'bytes of another kind')
  }
  if (bytes.length < headerBytes) throw refuse(`a header of ${headerBytes} bytes`, `${bytes.length} bytes`)
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
  const [version, type, dim, count, tailLength] = [0, 1, 2, 3, 4].map((k) =>
    header.getUint32(8 + 4 * k, true),
  )
  if (version !== formatVersion) {
    throw refuse(
      `format version ${formatVersion}`,
      `version ${version}`,
      version > formatVersion ? 'install a newer tonggan' : 'index again',
    )
  }
  if (type !== flatType) throw refuse(`index type ${flatType} (flat)`, `type ${type}`)
  if (dim === 0) throw refuse('vectors of 1 number or more', 'dim 0')
  const vectorBytes = 4 * count * dim
  const length = headerBytes + vectorBytes + tailLength
  if (bytes.length !== length) {
    const short = bytes.length < length ? ' (truncated?)' : ''
    throw refuse(`${length} bytes, as the header says`, `${bytes.length}${short}`)
  }
  const vectors = floatsAt(bytes, headerBytes, count * dim)
  const bad = firstNonFinite(vectors)
  if (bad >= 0) throw refuse('finite vectors', `${vectors[bad]} in entry ${Math.floor(bad / dim)}`)
  const tail = readTail(bytes.subarray(headerBytes + vectorBytes))
  const columns = tail && [tail.view, tail.id, tail.label, tail.content]
  if (!tail || !columns?.every((column) => column.length === count)) {
    throw refuse(`${count} readable entries`, tail ? 'columns of other lengths' : 'others')
  }
  if (tail.view.some((view) => view >= tail.views.length)) throw refuse('views of its own', 'an unknown view')
  return {
    dim,
    spaceHash: new TextDecoder().decode(bytes.subarray(32, headerBytes)),
    vectors,
    spacePath: tail.spacePath,
    entries: tail.view.map((number, k) => {
      const view = tail.views[number]
      const label = tail.label[k] === null ? {} : { label: tail.label[k] }
      const modality = modalityOfView(view) as ModalityName
      return { id: tail.id[k], view, modality, ...label, content: tail.content[k] }
    }),
  }
}

/** A view of the bytes where they are aligned, else a copy. */
function floatsAt(bytes: Uint8Array, offset: number, length: number): Float32Array {
  const start = bytes.byteOffset + offset
  if (start % 4 === 0) return new Float32Array(bytes.buffer, start, length)
  return new Float32Array(bytes.slice(offset, offset + 4 * length).buffer)
}

function readTail(bytes: Uint8Array): z.infer<typeof tailSchema> | undefined {
  try {
    return tailSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    return undefined
  }
}
