// Protobuf messages as plain objects, written and read by a table of their fields. Reading is strict: a field that
// is not in the table, or that is there twice where it may be there once, is refused, so that nothing in a file goes
// unseen (otherwise this reader and ONNX Runtime could see two different models in the same bytes).

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

export interface Field {
  readonly name: string
  /** A table of fields: a message within. */
  readonly kind: 'int' | 'float' | 'text' | 'bytes' | Fields
  /** Any number of times; read as a list. */
  readonly many?: boolean
}

/** By field number. */
export type Fields = { readonly [number: number]: Field }

/** Fields by name: numbers, strings, bytes, messages, and lists of these. */
export type Message = { readonly [name: string]: unknown }

export function writeMessage(message: Message, fields: Fields): Uint8Array {
  const writer = new BinaryWriter()
  writeFields(writer, message, fields)
  return writer.finish()
}

/** @throws Error that says what is wrong with the bytes */
export function readMessage(bytes: Uint8Array, fields: Fields, what: string): Message {
  const reader = new BinaryReader(bytes)
  const message: Record<string, unknown> = {}
  for (const field of Object.values(fields)) if (field.many) message[field.name] = []
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    const field = Object.hasOwn(fields, number) ? fields[number] : undefined
    if (!field) throw new Error(`${what} with field ${number}`)
    const place = `${what}.${field.name}`
    const values = readField(reader, field, wireType, place)
    if (field.many) for (const value of values) (message[field.name] as unknown[]).push(value)
    else if (field.name in message) throw new Error(`${place} twice`)
    else message[field.name] = values[0]
  }
  return message
}

function writeFields(writer: BinaryWriter, message: Message, fields: Fields): void {
  for (const [number, { name, kind, many }] of Object.entries(fields)) {
    const value = message[name]
    if (value === undefined) continue
    for (const each of many ? (value as Iterable<unknown>) : [value]) {
      writer.tag(Number(number), wireTypeOf(kind))
      if (kind === 'int') writer.int64(each as number)
      else if (kind === 'float') writer.float(each as number)
      else if (kind === 'text') writer.string(each as string)
      else if (kind === 'bytes') writer.bytes(each as Uint8Array)
      else {
        writer.fork()
        writeFields(writer, each as Message, kind)
        writer.join()
      }
    }
  }
}

/** One value, or several where a list of numbers came packed. */
function readField(
  reader: BinaryReader,
  { kind, many }: Field,
  wireType: WireType,
  place: string,
): unknown[] {
  if (many && kind === 'int' && wireType === WireType.LengthDelimited) {
    const packed = new BinaryReader(reader.bytes())
    const values: number[] = []
    while (packed.pos < packed.len) values.push(readInt(packed, place))
    return values
  }
  if (wireType !== wireTypeOf(kind)) throw new Error(`${place} of wire type ${wireType}`)
  if (kind === 'int') return [readInt(reader, place)]
  if (kind === 'float') return [reader.float()]
  if (kind === 'text') return [reader.string(true)]
  if (kind === 'bytes') return [reader.bytes()]
  return [readMessage(reader.bytes(), kind, place)]
}

function readInt(reader: BinaryReader, place: string): number {
  const value = Number(reader.int64())
  if (!Number.isSafeInteger(value)) throw new Error(`${place} of ${value}`)
  return value
}

function wireTypeOf(kind: Field['kind']): WireType {
  if (kind === 'int') return WireType.Varint
  return kind === 'float' ? WireType.Bit32 : WireType.LengthDelimited
}
