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
const windowBytes = 2 ** 16

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

/** Calls `found` with each whole record's place, by their heads alone; never where the file is not a pack of this shape. */
export function scanPack(path: string, shape: PackShape, found: (place: RecordPlace) => void): void {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const window = new FileWindow(file, size)
    if (size < headBytes || !window.bytes(0, headBytes).equals(packHead(shape))) return
    for (let start = headBytes; start + recordHeadBytes <= size; ) {
      const head = window.bytes(start, recordHeadBytes)
      const payloadBytes = head.readUInt32LE(0)
      if (!isPayloadLength(payloadBytes, shape) || start + recordHeadBytes + payloadBytes > size) break
      found({ content: head.toString('hex', 8), start, payloadBytes })
      start += recordHeadBytes + payloadBytes
    }
  } finally {
    closeSync(file)
  }
}

/** A file read in large pieces by someone who goes through it in small ones. */
class FileWindow {
  readonly #file: number
  readonly #size: number
  #start = 0
  #window = Buffer.alloc(0)

  constructor(file: number, size: number) {
    this.#file = file
    this.#size = size
  }

  bytes(start: number, length: number): Buffer {
    if (start < this.#start || start + length > this.#start + this.#window.length) {
      this.#window = Buffer.alloc(Math.min(windowBytes, this.#size - start))
      this.#window = this.#window.subarray(
        0,
        readSync(this.#file, this.#window, 0, this.#window.length, start),
      )
      this.#start = start
    }
    return this.#window.subarray(start - this.#start, start - this.#start + length)
  }
}

/** The bytes of one record; undefined where its checksum is wrong. */
export async function readRecord(
  file: FileHandle,
  { start, payloadBytes }: Omit<RecordPlace, 'content'>,
): Promise<Buffer | undefined> {
  const record = Buffer.alloc(recordHeadBytes + payloadBytes)
  const { bytesRead } = await file.read(record, 0, record.length, start)
  return bytesRead === record.length && crc32(record.subarray(8)) === record.readUInt32LE(4)
    ? record
    : undefined
}

/** Whether a record is of this content. @param content SHA-256, hex */
export function isRecordOf(record: Buffer, content: string): boolean {
  return record.toString('hex', 8, recordHeadBytes) === content
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
