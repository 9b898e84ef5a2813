// A column of lists in an Arrow file or stream (IPC), read by record batches: the messages are found by their own
// lengths (`arrow-message.ts`), and each batch is decoded (flechette) when its rows are asked for. Source: Arrow's columnar format, «IPC
// streaming format» and «file format».

import { type DataType, type Table, Type, tableFromIPC } from '@uwdata/flechette'
import type { OpenFile } from '../platform/files.ts'
import type { TongganError } from '../spec/errors.ts'
import { headers, parseMessage } from './arrow-message.ts'
import type { FeatureMatrix } from './feature-matrix.ts'
import { columnWithin, GroupedMatrix, type RowGroup, widthOf } from './grouped-matrix.ts'
import { badMatrix } from './npy-format.ts'
import { type FormatNames, readOpened } from './read-opened.ts'
import type { OpenBytes } from './stored-matrix.ts'

const format: FormatNames = {
  expected: 'an undamaged Arrow file',
  remedyFor: (cause) => (/compress|codec/i.test(String(cause)) ? 'save it without compression' : undefined),
}

const maxMetadataBytes = 2 ** 26

/** One encapsulated message: where it stands, its prefix and metadata included, and what it is. */
interface Message {
  readonly start: number
  readonly end: number
  readonly header: number
  /** Rows of a record batch. */
  readonly rows: number
}

/** @throws TongganError `bad-features` */
export async function openArrow(
  open: OpenBytes,
  path: string,
  asked: string | undefined,
): Promise<FeatureMatrix> {
  const messages = await readOpened(open, path, format, (file) => messagesOf(file, path))
  const [schema] = messages
  if (schema?.header !== headers.schema) throw badMatrix(path, 'an Arrow schema', 'none')
  const { fields } = (await readOpened(open, path, format, (file) => tableOf(file, [schema]))).schema
  const isList = ({ typeId }: DataType) =>
    typeId === Type.FixedSizeList || typeId === Type.List || typeId === Type.LargeList
  const names = (list: boolean) => fields.filter(({ type }) => isList(type) === list).map(({ name }) => name)
  const name = columnWithin(path, names(true), names(false), asked)
  const label = `${path}#${name}`
  const shared = messages.filter(({ header }) => header === headers.dictionary)
  const groups = messages
    .filter(({ header, rows }) => header === headers.batch && rows > 0)
    .map((batch): RowGroup => {
      const load = () =>
        readOpened(open, label, format, async (file) => {
          const column = (await tableOf(file, [schema, ...shared, batch])).getChild(name)
          return Array.from({ length: batch.rows }, (_, row) => column?.at(row) as unknown)
        })
      return { rows: batch.rows, load }
    })
  if (groups.length === 0) throw badMatrix(label, 'at least one row', 'none')
  return new GroupedMatrix(label, widthOf(label, await groups[0].load()), groups)
}

async function messagesOf(file: OpenFile, path: string): Promise<Message[]> {
  const magic = new TextDecoder('latin1').decode(await file.read(0, 6))
  const messages: Message[] = []
  for (let at = magic === 'ARROW1' ? 8 : 0; at + 8 <= file.size; ) {
    const prefix = view(await file.read(at, at + 8))
    const length = prefix.getUint32(4, true)
    if (prefix.getUint32(0, true) !== 0xffffffff || length === 0) break // the end of the stream
    if (length > maxMetadataBytes || at + 8 + length > file.size) throw cutOff(path)
    const { header, rows, bodyBytes } = parseMessage(view(await file.read(at + 8, at + 8 + length)))
    const end = at + 8 + length + bodyBytes
    if (!(end <= file.size)) throw cutOff(path)
    messages.push({ start: at, end, header, rows })
    at = end
  }
  return messages
}

/** The table of these messages alone, as a stream of their own. */
async function tableOf(file: OpenFile, messages: readonly Message[]): Promise<Table> {
  const size = messages.reduce((sum, { start, end }) => sum + end - start, 0)
  const stream = new Uint8Array(size + 8)
  let at = 0
  for (const { start, end } of messages) {
    stream.set(await file.read(start, end), at)
    at += end - start
  }
  stream.set([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], at)
  return tableFromIPC(stream, { useBigInt: false })
}

function cutOff(path: string): TongganError {
  return badMatrix(path, 'a whole Arrow file', 'one that ends within a message: the file is cut off')
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
