// The metadata of one message of Arrow's IPC format, a FlatBuffers table: what it is and how long, and whether every list
// in it is as long as it claims. The decoder trusts those counts, and would make a list of four billion from a few bytes.
// Source: Arrow's Message.fbs and Schema.fbs; field numbers below are theirs.

export const headers = { schema: 1, dictionary: 2, batch: 3 } as const
const unionType = 14

export interface ArrowMessage {
  readonly header: number
  /** Rows of a record batch. */
  readonly rows: number
  readonly bodyBytes: number
}

/** @throws RangeError for lengths that cannot be, or offsets that lead out of the message */
export function parseMessage(bytes: DataView): ArrowMessage {
  const message = new Table(bytes, bytes.getUint32(0, true))
  const header = message.byte(1)
  const table = message.table(2)
  const bodyBytes = message.long(3)
  const rows = header === headers.batch && table ? table.long(0) : 0
  // A row of a list column takes more than a byte; a batch that claims more rows would be believed for hours.
  if (rows < 0 || bodyBytes < 0 || rows > bodyBytes)
    throw new RangeError(`${rows} rows in ${bodyBytes} bytes`)
  if (header === headers.schema && table) checkSchema(table, bytes.byteLength / 4)
  if (header === headers.batch) checkBatch(table)
  if (header === headers.dictionary) checkBatch(table?.table(1))
  return { header, rows, bodyBytes }
}

/** @param most fields, however often they point to the same ones */
function checkSchema(schema: Table, most: number): void {
  let left = most
  const check = (field: Table) => {
    if (--left < 0) throw new RangeError('more fields than the message has room for')
    field.list(6, 4)
    if (field.byte(2) === unionType) field.table(3)?.list(1, 4)
    for (const child of field.tables(5)) check(child)
  }
  schema.list(2, 4)
  for (const field of schema.tables(1)) check(field)
}

function checkBatch(batch: Table | undefined): void {
  batch?.list(1, 16)
  batch?.list(2, 16)
}

/** A table of FlatBuffers. */
class Table {
  readonly #bytes: DataView
  readonly #at: number

  constructor(bytes: DataView, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  byte(field: number): number {
    const at = this.#place(field)
    return at === undefined ? 0 : this.#bytes.getUint8(at)
  }

  long(field: number): number {
    const at = this.#place(field)
    return at === undefined ? 0 : Number(this.#bytes.getBigInt64(at, true))
  }

  table(field: number): Table | undefined {
    const at = this.#place(field)
    return at === undefined ? undefined : this.#tableAt(at)
  }

  tables(field: number): Table[] {
    const { start, count } = this.list(field, 4)
    return Array.from({ length: count }, (_, k) => this.#tableAt(start + 4 * k))
  }

  /** @param itemBytes that each item takes within the list */
  list(field: number, itemBytes: number): { start: number; count: number } {
    const at = this.#place(field)
    if (at === undefined) return { start: 0, count: 0 }
    const start = at + this.#bytes.getUint32(at, true) + 4
    const count = this.#bytes.getUint32(start - 4, true)
    if (start + count * itemBytes > this.#bytes.byteLength) throw new RangeError(`a list of ${count}`)
    return { start, count }
  }

  #tableAt(at: number): Table {
    return new Table(this.#bytes, at + this.#bytes.getUint32(at, true))
  }

  #place(field: number): number | undefined {
    const entries = this.#at - this.#bytes.getInt32(this.#at, true)
    const entry = 4 + 2 * field
    const offset =
      entry < this.#bytes.getUint16(entries, true) ? this.#bytes.getUint16(entries + entry, true) : 0
    return offset === 0 ? undefined : this.#at + offset
  }
}
