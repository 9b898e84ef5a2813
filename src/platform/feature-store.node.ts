// What is kept of one encoder: all packs of its folder to read from, one of our own to write to. Small packs are
// joined when they become many. Nothing here fails an encoding: what cannot be read or written is encoded again.

import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeatureChunk } from '../spec/features.ts'
import type { FeatureStore } from './feature-cache.ts'
import {
  createPack,
  isRecordOf,
  type PackShape,
  readRecord,
  recordOf,
  rowOf,
  scanPack,
} from './feature-pack.node.ts'
import { RecordIndex } from './record-index.node.ts'
import { isRunning, makeFolder } from './write-file.node.ts'

const smallPackBytes = 2 ** 25
const manySmallPacks = 8

interface Pack {
  readonly number: number
  readonly path: string
  readonly file: FileHandle
}

/** The pack that this process writes to, and how much it wrote. */
type OwnPack = Omit<Pack, 'number'> & { bytes: number }

export async function openFeatureStore(folder: string, shape: PackShape): Promise<FeatureStore> {
  const store = new DiskFeatureStore(folder, shape)
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.endsWith('.pack')) await store.include(join(folder, name))
  }
  return store
}

class DiskFeatureStore implements FeatureStore {
  readonly #folder: string
  readonly #shape: PackShape
  readonly #places = new RecordIndex()
  readonly #packs = new Map<number, Pack>()
  #own: OwnPack | undefined
  #mayWrite = true

  constructor(folder: string, shape: PackShape) {
    this.#folder = folder
    this.#shape = shape
  }

  /** Reads where the rows of a pack are; a pack that is not ours, or is gone by now, has none. */
  async include(path: string): Promise<void> {
    try {
      const pack = { number: this.#packs.size, path, file: await open(path, 'r') }
      this.#packs.set(pack.number, pack)
      scanPack(path, this.#shape, ({ content, start, payloadBytes }) => {
        this.#places.set(content, { pack: pack.number, start, payloadBytes })
      })
    } catch {
      return
    }
  }

  async read(content: string): Promise<FeatureChunk | undefined> {
    const record = await this.#readRecord(content)
    return record && rowOf(record, this.#shape)
  }

  async add(contents: readonly string[], chunk: FeatureChunk): Promise<void> {
    await this.#write(contents.map((content, row) => recordOf(content, chunk, row)))
  }

  async close(): Promise<void> {
    try {
      if (this.#own) await this.#joinSmallPacks()
    } finally {
      await this.#own?.file.close()
      for (const { file } of this.#packs.values()) await file.close()
      this.#packs.clear()
      this.#places.clear()
    }
  }

  async #readRecord(content: string): Promise<Buffer | undefined> {
    const place = this.#places.get(content)
    const pack = place && this.#packs.get(place.pack)
    if (!place || !pack) return undefined
    const record = await readRecord(pack.file, place).catch(() => undefined)
    if (!record) await this.#drop(pack)
    return record && isRecordOf(record, content) ? record : undefined
  }

  /** One damaged row makes a whole pack doubtful; what it held is encoded again. */
  async #drop(pack: Pack): Promise<void> {
    if (!this.#packs.delete(pack.number)) return
    await pack.file.close().catch(() => undefined)
    await rm(pack.path, { force: true }).catch(() => undefined)
  }

  /** Where a write fails, the pack is cut back to its last whole record and no more is written. */
  async #write(records: readonly Buffer[]): Promise<boolean> {
    if (!this.#mayWrite) return false
    try {
      this.#own ??= await this.#create()
      const bytes = Buffer.concat(records)
      const { bytesWritten } = await this.#own.file.write(bytes, 0, bytes.length, this.#own.bytes)
      if (bytesWritten < bytes.length) throw new Error('a full disk')
      this.#own.bytes += bytes.length
      return true
    } catch {
      this.#mayWrite = false
      await this.#own?.file.truncate(this.#own.bytes).catch(() => undefined)
      return false
    }
  }

  async #create(): Promise<OwnPack> {
    await makeFolder(this.#folder)
    const path = join(this.#folder, `${process.pid}-${randomBytes(6).toString('hex')}.pack`)
    const file = await createPack(path, this.#shape)
    return { path, file, bytes: (await file.stat()).size }
  }

  /** Copies the rows of small packs that nobody is writing to into our own, then removes those packs. */
  async #joinSmallPacks(): Promise<void> {
    const small: Pack[] = []
    for (const pack of this.#packs.values()) {
      const { size } = await stat(pack.path).catch(() => ({ size: Number.POSITIVE_INFINITY }))
      const pid = Number(/(\d+)-\w+\.pack$/.exec(pack.path)?.[1])
      if (size < smallPackBytes && (pid === process.pid || !isRunning(pid))) small.push(pack)
    }
    if (small.length < manySmallPacks) return
    for (const pack of small) {
      const records: Buffer[] = []
      for (const place of this.#places.placesOf(pack.number)) {
        const record = await readRecord(pack.file, place)
        if (record) records.push(record)
      }
      if (await this.#write(records)) await this.#drop(pack)
    }
  }
}
