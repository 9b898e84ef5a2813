// A pack of feature rows, appended to by one process and read by any:
//
//   head     8 bytes `tgfeat01`, width uint32, kind uint32 (0 dense, 1 sparse)
//   record   payload's bytes uint32, CRC-32 uint32 of what follows, content 32 bytes, payload
//   payload  dense: float32 × width; sparse: columns int32 × n, then values float32 × n
//
// All little-endian. A record that is cut off ends the pack; one whose checksum is wrong is not given.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { FeatureChunk } from '../spec/features.ts'

export interface PackShape {
  readonly dim: number
  readonly kind: 0 | 1
}

/** Where the row of one content is. */
export interface RecordPlace {
  readonly content: string
  readonly start: number
  readonly payloadBytes: number
}

const magic = Buffer.from('tgfeat01')
const headBytes = 16
const recordHeadBytes = 40

export function packKind(kind: FeatureChunk['kind']): PackShape['kind'] {
  return kind === 'dense' ? 0 : 1
}

export function packHead({ dim, kind }: PackShape): Buffer {
  const head = Buffer.alloc(headBytes)
  magic.copy(head)
  head.writeUInt32LE(dim, 8)
  head.writeUInt32LE(kind, 12)
  return head
}

/** The record of row `row` of a chunk. @param content SHA-256, hex */
export function recordOf(content: string, chunk: FeatureChunk, row: number): Buffer {
  const payload = chunk.kind === 'dense' ? densePayload(chunk, row) : sparsePayload(chunk, row)
  const record = Buffer.concat([Buffer.alloc(8), Buffer.from(content, 'hex'), payload])
  record.writeUInt32LE(payload.length, 0)
  record.writeUInt32LE(crc32(record.subarray(8)), 4)
  return record
}

/** Places of all whole records, by their heads alone; none where the file is not a pack of this shape. */
export function scanPack(path: string, shape: PackShape): RecordPlace[] {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const head = Buffer.alloc(recordHeadBytes)
    if (
      readSync(file, head, 0, headBytes, 0) < headBytes ||
      !head.subarray(0, headBytes).equals(packHead(shape))
    )
      return []
    const places: RecordPlace[] = []
    for (let start = headBytes; start + recordHeadBytes <= size; ) {
      readSync(file, head, 0, recordHeadBytes, start)
      const payloadBytes = head.readUInt32LE(0)
      if (!isPayloadLength(payloadBytes, shape) || start + recordHeadBytes + payloadBytes > size) break
      places.push({ content: head.toString('hex', 8), start, payloadBytes })
      start += recordHeadBytes + payloadBytes
    }
    return places
  } finally {
    closeSync(file)
  }
}

/** The bytes of one record; undefined where its checksum is wrong. */
export async function readRecord(
  file: FileHandle,
  { start, payloadBytes }: RecordPlace,
): Promise<Buffer | undefined> {
  const record = Buffer.alloc(recordHeadBytes + payloadBytes)
  const { bytesRead } = await file.read(record, 0, record.length, start)
  return bytesRead === record.length && crc32(record.subarray(8)) === record.readUInt32LE(4)
    ? record
    : undefined
}

/** A record's payload as a chunk of one row. */
export function rowOf(record: Buffer, { dim, kind }: PackShape): FeatureChunk {
  const payload = new Uint8Array(record.subarray(recordHeadBytes)).buffer
  if (kind === 0) return { kind: 'dense', rows: 1, dim, data: new Float32Array(payload) }
  const n = payload.byteLength / 8
  return {
    kind: 'sparse',
    rows: 1,
    dim,
    rowStarts: Int32Array.of(0, n),
    columns: new Int32Array(payload, 0, n),
    values: new Float32Array(payload, n * 4, n),
  }
}

/** Creates a pack. @throws where the name is taken */
export async function createPack(path: string, shape: PackShape): Promise<FileHandle> {
  const file = await open(path, 'wx')
  await file.write(packHead(shape), 0, headBytes, 0)
  return file
}

function isPayloadLength(bytes: number, { dim, kind }: PackShape): boolean {
  return kind === 0 ? bytes === dim * 4 : bytes % 8 === 0 && bytes <= dim * 8
}

function densePayload({ data, dim }: Extract<FeatureChunk, { kind: 'dense' }>, row: number): Buffer {
  return bytesOf(data.subarray(row * dim, (row + 1) * dim))
}

function sparsePayload(
  { columns, values, rowStarts }: Extract<FeatureChunk, { kind: 'sparse' }>,
  row: number,
): Buffer {
  const [from, to] = [rowStarts[row], rowStarts[row + 1]]
  return Buffer.concat([bytesOf(columns.subarray(from, to)), bytesOf(values.subarray(from, to))])
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
}
