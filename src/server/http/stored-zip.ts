// Files as one .zip, stored as they are: graphs and vectors hardly shrink, and what is stored can be sent in pieces.
// Source: PKWARE's APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end). It leaves
// out ZIP64, so all together stay below 4 GiB, and times, which would make two archives of the same files differ.

import { crc32 } from 'node:zlib'
import { TongganError } from '../../spec/errors.ts'

const pieceBytes = 2 ** 20
/** Times are of the first day that the format knows, 1980-01-01; bit 11 says that names are UTF-8. */
const [version, utf8, firstDay] = [20, 0x0800, 0x21]

/** Bytes of the archive. @throws TongganError `too-large` */
export function storedZipLength(files: ReadonlyMap<string, Uint8Array>): number {
  let length = 22
  for (const [name, { length: bytes }] of files) length += 76 + 2 * Buffer.byteLength(name) + bytes
  if (length < 2 ** 32 - 1) return length
  throw new TongganError('too-large', {
    operation: 'pack files',
    expected: 'less than 4 GiB',
    received: `${length} bytes`,
    remedy: 'fetch the files one by one',
  })
}

/** @param files name, with `/` between folders → bytes */
export async function* storedZip(
  files: ReadonlyMap<string, Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const directory: Buffer<ArrayBuffer>[] = []
  let at = 0
  for (const [path, bytes] of files) {
    const name = Buffer.from(path)
    const fields = Buffer.alloc(26) // what both headers say, from version to the length of the extra field
    fields.writeUInt16LE(version, 0)
    fields.writeUInt16LE(utf8, 2)
    fields.writeUInt16LE(firstDay, 8)
    fields.writeUInt32LE(await checksum(bytes), 10)
    fields.writeUInt32LE(bytes.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([numbers(0x04034b50), fields, name])
    const inDirectory = Buffer.alloc(14) // no comment, first disk, no attributes, and where the file begins
    inDirectory.writeUInt32LE(at, 10)
    const madeBy = Buffer.from([version, 0])
    directory.push(Buffer.concat([numbers(0x02014b50), madeBy, fields, inDirectory, name]))
    yield local
    for (let from = 0; from < bytes.length; from += pieceBytes)
      yield bytes.subarray(from, from + pieceBytes) as Uint8Array<ArrayBuffer>
    at += local.length + bytes.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.size, 4)
  end.writeUInt16LE(files.size, 6)
  end.writeUInt32LE(listed.length, 8)
  end.writeUInt32LE(at, 12)
  yield Buffer.concat([listed, numbers(0x06054b50), end])
}

function numbers(value: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** Searches come between its pieces. */
async function checksum(bytes: Uint8Array): Promise<number> {
  let sum = 0
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    sum = crc32(bytes.subarray(from, from + pieceBytes), sum)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return sum
}
