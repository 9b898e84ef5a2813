// Where the record of each content stands, for millions of records: a hash table in typed arrays (open addressing, linear
// probing), 24 bytes a slot instead of the hundreds that a Map of objects takes. Only 64 bits of the content are kept;
// whoever reads the record compares the whole of it.

const initialSlots = 1024
/** The pack of an empty slot. */
const noPack = 0xffffffff

/** Where a record is; `pack` is a number that the caller gave. */
export interface IndexedPlace {
  readonly pack: number
  readonly start: number
  readonly payloadBytes: number
}

export class RecordIndex {
  size = 0
  #slots = initialSlots
  /** Two words of the content's hash a slot. */
  #keys = new Uint32Array(2 * initialSlots)
  #packs = new Uint32Array(initialSlots).fill(noPack)
  #starts = new Float64Array(initialSlots)
  #payloads = new Uint32Array(initialSlots)

  /** The later place of a content wins. @param content SHA-256, hex */
  set(content: string, { pack, start, payloadBytes }: IndexedPlace): void {
    if (2 * (this.size + 1) > this.#slots) this.#grow()
    const [high, low] = keyOf(content)
    const slot = this.#find(high, low)
    if (this.#isEmpty(slot)) this.size++
    this.#put(slot, high, low, { pack, start, payloadBytes })
  }

  /** Where the content may be; undefined where it is not. */
  get(content: string): IndexedPlace | undefined {
    const slot = this.#find(...keyOf(content))
    return this.#isEmpty(slot) ? undefined : this.#at(slot)
  }

  /** All places of one pack, in the order of the table. */
  *placesOf(pack: number): Generator<IndexedPlace> {
    for (let slot = 0; slot < this.#slots; slot++) {
      if (!this.#isEmpty(slot) && this.#packs[slot] === pack) yield this.#at(slot)
    }
  }

  clear(): void {
    this.size = 0
    this.#allocate(initialSlots)
  }

  #find(high: number, low: number): number {
    for (let slot = high & (this.#slots - 1); ; slot = (slot + 1) & (this.#slots - 1)) {
      if (this.#isEmpty(slot)) return slot
      if (this.#keys[2 * slot] === high && this.#keys[2 * slot + 1] === low) return slot
    }
  }

  #isEmpty(slot: number): boolean {
    return this.#packs[slot] === noPack
  }

  #at(slot: number): IndexedPlace {
    return { pack: this.#packs[slot], start: this.#starts[slot], payloadBytes: this.#payloads[slot] }
  }

  #put(slot: number, high: number, low: number, { pack, start, payloadBytes }: IndexedPlace): void {
    this.#keys[2 * slot] = high
    this.#keys[2 * slot + 1] = low
    this.#packs[slot] = pack
    this.#starts[slot] = start
    this.#payloads[slot] = payloadBytes
  }

  #grow(): void {
    const [keys, packs, starts, payloads] = [this.#keys, this.#packs, this.#starts, this.#payloads]
    const before = this.#slots
    this.#allocate(2 * before)
    for (let slot = 0; slot < before; slot++) {
      const [high, low] = [keys[2 * slot], keys[2 * slot + 1]]
      if (packs[slot] === noPack) continue
      const place = { pack: packs[slot], start: starts[slot], payloadBytes: payloads[slot] }
      this.#put(this.#find(high, low), high, low, place)
    }
  }

  #allocate(slots: number): void {
    this.#slots = slots
    this.#keys = new Uint32Array(2 * slots)
    this.#packs = new Uint32Array(slots).fill(noPack)
    this.#starts = new Float64Array(slots)
    this.#payloads = new Uint32Array(slots)
  }
}

/** The content's 256 bits folded to 64. */
function keyOf(content: string): [number, number] {
  let [high, low] = [0, 0]
  for (let at = 0; at < content.length; at += 16) {
    high ^= Number.parseInt(content.slice(at, at + 8), 16)
    low ^= Number.parseInt(content.slice(at + 8, at + 16), 16)
  }
  return [high >>> 0, low >>> 0]
}
