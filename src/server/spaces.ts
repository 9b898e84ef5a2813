// Every space of the server by its name: the one that it was started with, which clients never change, and those that
// jobs fitted, each a folder `NAME.space` with its index inside. A space is opened when first asked for, and opened
// anew after a job replaced it; who still uses the old one finishes with it. So it is where many are asked for: those that were not
// for longest are closed, since each is held in memory with its index.

import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readFile } from '#platform/files'
import { openFlatIndex } from '../index/flat-index.ts'
import { openSpace } from '../space/open-space.ts'
import { TongganError } from '../spec/errors.ts'
import { servingEngine } from './limited-encoders.ts'
import type { Limits } from './limits.ts'
import { LiveSpace } from './live-space.ts'

/** The name of a space's index in the space's folder: of the space's hash, so that it never meets another space. */
export function indexNameOf(spaceHash: string): string {
  return `items-${spaceHash.slice(0, 12)}.index`
}

/** Fitted spaces that stay open. */
export const mostOpen = 4

export interface SpacesOptions {
  readonly served: LiveSpace
  /** Where that is on disk. */
  readonly servedFolder: string
  /** Where fitted spaces are kept; it must exist. */
  readonly folder: string
  readonly limits: Limits
}

interface Use {
  readonly space: LiveSpace
  /** Give it back, so that it can be closed once it was replaced, or others were asked for. */
  release(): void
}

/** A space that is open, and how many use it. */
class Opened {
  readonly space: LiveSpace
  #uses = 0
  #isLetGo = false

  constructor(space: LiveSpace) {
    this.space = space
  }

  use(): Use {
    this.#uses++
    let isReleased = false
    return {
      space: this.space,
      release: () => {
        if (isReleased) return
        isReleased = true
        this.#uses--
        this.#closeIfDone()
      },
    }
  }

  /** Closes it as soon as nobody uses it. */
  letGo(): void {
    this.#isLetGo = true
    this.#closeIfDone()
  }

  #closeIfDone(): void {
    if (this.#isLetGo && this.#uses === 0) void this.space.close()
  }
}

export class Spaces {
  readonly served: LiveSpace
  readonly servedFolder: string
  readonly folder: string
  readonly #limits: Limits
  readonly #opened = new Map<string, Promise<Opened>>()

  constructor({ served, servedFolder, folder, limits }: SpacesOptions) {
    this.served = served
    this.servedFolder = servedFolder
    this.folder = folder
    this.#limits = limits
    this.#opened.set(served.name, Promise.resolve(new Opened(served)))
  }

  /** The served one first, then those of the folder. */
  async names(): Promise<string[]> {
    const entries = await readdir(this.folder, { withFileTypes: true })
    const fitted = entries.flatMap(({ name }) => /^([A-Za-z0-9][\w.-]{0,63})\.space$/.exec(name)?.[1] ?? [])
    return [this.served.name, ...fitted.filter((name) => name !== this.served.name).sort()]
  }

  /** @throws TongganError `not-found`, or what `openSpace` says of one that is not whole */
  async use(name: string): Promise<Use> {
    let opened = this.#opened.get(name)
    if (!opened) {
      if (!(await this.names()).includes(name)) throw this.#notFound(name)
      opened = this.#opened.get(name) ?? this.#open(name)
      opened.catch(() => this.#opened.delete(name))
    }
    this.#opened.delete(name)
    this.#opened.set(name, opened)
    const fitted = [...this.#opened.keys()].filter((each) => each !== this.served.name)
    for (const each of fitted.slice(0, -mostOpen)) this.#letGo(each)
    return (await opened).use()
  }

  /** The folder of a fitted space, which need not exist. @throws TongganError `wrong-usage` for the served one's name */
  folderOf(name: string): string {
    if (name !== this.served.name) return join(this.folder, `${name}.space`)
    throw new TongganError('wrong-usage', {
      operation: `write the space ${name}`,
      expected: 'another name',
      received: 'that of the space that is served, which clients do not change',
    })
  }

  /** A job wrote a space of this name: whoever asks next gets the new one. */
  replaced(name: string): void {
    this.#letGo(name)
  }

  #letGo(name: string): void {
    const before = this.#opened.get(name)
    this.#opened.delete(name)
    before?.then(
      (opened) => opened.letGo(),
      () => undefined,
    )
  }

  async close(): Promise<void> {
    for (const opened of this.#opened.values())
      await opened.then(
        ({ space }) => space.close(),
        () => undefined,
      )
  }

  async #open(name: string): Promise<Opened> {
    const folder = this.folderOf(name)
    const space = await openSpace(folder, { name, ...servingEngine })
    const path = join(folder, indexNameOf(space.hash))
    const hasIndex = await access(path).then(
      () => true,
      () => false,
    )
    const index = hasIndex
      ? openFlatIndex(await readFile(path, Number.POSITIVE_INFINITY), {
          path: name,
          space,
          ...servingEngine,
        })
      : undefined
    return new Opened(new LiveSpace({ name, space, index, limits: this.#limits }))
  }

  #notFound(name: string): TongganError {
    return new TongganError('not-found', {
      operation: 'open space',
      expected: 'a space that GET /v1/spaces names',
      received: name.slice(0, 100),
    })
  }
}
