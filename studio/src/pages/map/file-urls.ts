// Addresses of items' files, for pictures and players: made when first asked for, the least recently used let go of, so
// that a walk over a map of 100,000 pictures holds a few hundred.

import type { IndexEntry } from 'tonggan'

export interface ItemFile {
  readonly url: string
  readonly kind: 'image' | 'video' | 'audio' | 'other'
}

/** The file of an item; undefined where it is words or not at hand. */
export type FileOf = (entry: IndexEntry) => Promise<Blob | undefined>

const mostKept = 300

export class FileUrls {
  readonly #fileOf: FileOf
  readonly #kept = new Map<string, Promise<ItemFile | undefined>>()

  constructor(fileOf: FileOf) {
    this.#fileOf = fileOf
  }

  get(entry: IndexEntry): Promise<ItemFile | undefined> {
    const key = `${entry.view}\n${entry.content}`
    const known = this.#kept.get(key)
    this.#kept.delete(key)
    const file = known ?? this.#load(entry)
    this.#kept.set(key, file)
    if (this.#kept.size > mostKept) {
      const [oldest, itsFile] = this.#kept.entries().next().value!
      this.#kept.delete(oldest)
      void letGo(itsFile)
    }
    return file
  }

  close(): void {
    for (const file of this.#kept.values()) void letGo(file)
    this.#kept.clear()
  }

  async #load(entry: IndexEntry): Promise<ItemFile | undefined> {
    const blob = await this.#fileOf(entry).catch(() => undefined)
    if (!blob) return undefined
    return { url: URL.createObjectURL(blob), kind: kindOf(entry, blob.type) }
  }
}

async function letGo(file: Promise<ItemFile | undefined>): Promise<void> {
  const { url } = (await file) ?? {}
  if (url) URL.revokeObjectURL(url)
}

function kindOf({ modality }: IndexEntry, type: string): ItemFile['kind'] {
  const [kind] = type.split('/')
  if (kind === 'image' || kind === 'video' || kind === 'audio') return kind
  return modality === 'image' || modality === 'video' || modality === 'audio' ? modality : 'other'
}
