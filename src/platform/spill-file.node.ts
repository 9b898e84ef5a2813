// A file without a name: it is removed from its folder as soon as it is open, so that nothing is left behind however the
// process ends. It stands in the cache's folder where there is one, since a system's temporary folder may be memory.

import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from './feature-cache.node.ts'
import type { SpillFile } from './spill-file.ts'

export function openSpillFile(): SpillFile | undefined {
  const cache = cacheFolder()
  for (const folder of cache !== undefined && existsSync(cache) ? [cache, tmpdir()] : [tmpdir()]) {
    const path = join(folder, `.tonggan-spill.${process.pid}-${randomBytes(6).toString('hex')}`)
    try {
      const file = openSync(path, 'wx+', 0o600)
      unlink(path, file)
      return new NamelessFile(file)
    } catch {}
  }
  return undefined
}

/** Where a system does not let go of the name of an open file, it goes with the process. */
function unlink(path: string, file: number): void {
  try {
    rmSync(path)
  } catch {
    process.once('exit', () => {
      close(file)
      try {
        rmSync(path, { force: true })
      } catch {}
    })
  }
}

function close(file: number): void {
  try {
    closeSync(file)
  } catch {}
}

/** Closes the file of a `NamelessFile` that nobody holds any more; whoever reads it holds it. */
const abandoned = new FinalizationRegistry<number>(close)

class NamelessFile implements SpillFile {
  readonly #file: number
  #bytes = 0

  constructor(file: number) {
    this.#file = file
    abandoned.register(this, file)
  }

  append(bytes: Uint8Array): boolean {
    try {
      for (let done = 0; done < bytes.length; ) {
        const written = writeSync(this.#file, bytes, done, bytes.length - done, this.#bytes + done)
        done += written
      }
    } catch {
      ftruncateSync(this.#file, this.#bytes)
      return false
    }
    this.#bytes += bytes.length
    return true
  }

  read(start: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const count = readSync(this.#file, into, done, into.length - done, start + done)
      if (count === 0) throw new RangeError(`spilled bytes ${start + done} of ${this.#bytes}`)
      done += count
    }
  }
}
