// NumPy's `.npz`: a ZIP archive of `.npy` files. What `np.savez` stores as it is gets read by rows where it stands; what
// `np.savez_compressed` packs must be unpacked whole, so its size is bounded. Source: PKWARE's APPNOTE, sections 4.3.7
// (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (its end, ZIP64), 4.5.3 (sizes of ZIP64).

import type { OpenFile } from '../platform/files.ts'
import { type FeatureMatrix, nameWithin, partOf } from './feature-matrix.ts'
import { badMatrix } from './npy-format.ts'
import { type OpenBytes, StoredMatrix } from './stored-matrix.ts'

const maxUnpackedBytes = 2 ** 30
const maxDirectoryBytes = 2 ** 24

interface ArchiveEntry {
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly packedBytes: number
  readonly bytes: number
  /** Of its local header. */
  readonly start: number
}

export async function openNpz(
  open: OpenBytes,
  path: string,
  asked: string | undefined,
): Promise<FeatureMatrix> {
  const file = await open()
  try {
    const entries = await directoryOf(file, path)
    const arrays = entries.filter(({ name }) => name.endsWith('.npy'))
    const name = nameWithin(
      path,
      arrays.map((entry) => entry.name.slice(0, -4)),
      asked,
    )
    const entry = arrays.find((candidate) => candidate.name === `${name}.npy`)!
    const label = `${path}#${name}`
    const local = view(await file.read(entry.start, entry.start + 30))
    if (local.getUint32(0, true) !== 0x04034b50)
      throw badMatrix(label, 'a whole ZIP archive', 'a damaged one')
    const from = entry.start + 30 + local.getUint16(26, true) + local.getUint16(28, true)
    if (entry.method === 0) return await StoredMatrix.ofNpy(partOf(open, from, entry.bytes), label)
    if (entry.method !== 8)
      throw badMatrix(label, 'an array that is stored or deflated', `method ${entry.method}`)
    if (entry.bytes > maxUnpackedBytes) {
      const remedy = 'save it with np.savez, which is read by rows'
      throw badMatrix(label, `at most ${maxUnpackedBytes} bytes packed`, `${entry.bytes}`, remedy)
    }
    const bytes = await inflate(await file.read(from, from + entry.packedBytes), entry.bytes, label)
    const read = async (start: number, end: number) => bytes.subarray(start, end)
    return await StoredMatrix.ofNpy(async () => ({ size: bytes.length, read, async close() {} }), label)
  } finally {
    await file.close()
  }
}

async function directoryOf(file: OpenFile, path: string): Promise<ArchiveEntry[]> {
  const tailStart = Math.max(0, file.size - 65_557)
  const tail = view(await file.read(tailStart, file.size))
  let at = tail.byteLength - 22
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at--
  const cutOff = badMatrix(path, 'a whole ZIP archive', 'one without its directory: the file is cut off')
  if (at < 0) throw cutOff
  let size = tail.getUint32(at + 12, true)
  let start = tail.getUint32(at + 16, true)
  if (at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50) {
    const end64Start = Number(tail.getBigUint64(at - 12, true))
    const end64 = view(await readWithin(file, end64Start, 56, cutOff))
    size = Number(end64.getBigUint64(40, true))
    start = Number(end64.getBigUint64(48, true))
  }
  if (size > maxDirectoryBytes)
    throw badMatrix(path, `a directory of at most ${maxDirectoryBytes} bytes`, `${size}`)
  return parseDirectory(await readWithin(file, start, size, cutOff), cutOff)
}

async function readWithin(file: OpenFile, start: number, size: number, cutOff: Error): Promise<Uint8Array> {
  if (start + size > file.size) throw cutOff
  return file.read(start, start + size)
}

function parseDirectory(bytes: Uint8Array, cutOff: Error): ArchiveEntry[] {
  const directory = view(bytes)
  const entries: ArchiveEntry[] = []
  for (let at = 0; at + 46 <= bytes.length && directory.getUint32(at, true) === 0x02014b50; ) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((k) =>
      directory.getUint16(at + k, true),
    )
    const extraStart = at + 46 + nameLength
    const next = extraStart + extraLength + commentLength
    if (next > bytes.length) throw cutOff
    const wide = extraOfZip64(directory, extraStart, extraStart + extraLength)
    const field = (offset: number) => {
      const value = directory.getUint32(at + offset, true)
      return value === 0xffffffff && wide.length > 0 ? wide.shift()! : value
    }
    const bytesUnpacked = field(24)
    const packedBytes = field(20)
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, extraStart)),
      method: directory.getUint16(at + 10, true),
      packedBytes,
      bytes: bytesUnpacked,
      start: field(42),
    })
    at = next
  }
  return entries
}

/** The 64-bit values that stand for those of 32 bits that are all ones, in their order. */
function extraOfZip64(directory: DataView, from: number, to: number): number[] {
  for (let at = from; at + 4 <= to; ) {
    const length = directory.getUint16(at + 2, true)
    if (directory.getUint16(at, true) === 1 && at + 4 + length <= to) {
      return Array.from({ length: length >> 3 }, (_, k) =>
        Number(directory.getBigUint64(at + 4 + 8 * k, true)),
      )
    }
    at += 4 + length
  }
  return []
}

async function inflate(packed: Uint8Array, size: number, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let at = 0
  try {
    const stream = new Blob([packed as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new DecompressionStream('deflate-raw'))
    for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) {
      if (at + piece.length > size) throw new RangeError('more than it says')
      bytes.set(piece, at)
      at += piece.length
    }
  } catch (cause) {
    throw badMatrix(path, 'an undamaged archive', (cause as Error).message)
  }
  if (at < size) throw badMatrix(path, `${size} bytes`, `${at}: the archive is damaged`)
  return bytes
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
