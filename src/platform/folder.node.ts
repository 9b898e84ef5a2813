// A folder on disk. A path inside it is resolved to the file that it really means, links followed, before anything
// is opened, so that a table from elsewhere cannot read what its folder does not hold.

import { constants, createReadStream } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { TongganError } from '../spec/errors.ts'
import { defaultMaxBytes, type Folder, type LocatedFile, type OpenFile } from './files.ts'
import { endsEarly, tooLarge } from './map-folder.ts'
import { safePathNames, unsafePath } from './safe-path.ts'

export class DiskFolder implements Folder {
  readonly name: string
  #realBase: Promise<string> | undefined

  constructor(path: string) {
    this.name = path
  }

  async read(path: string, maxBytes?: number): Promise<Uint8Array> {
    return readDiskFile(await this.resolveInside(path), path, maxBytes)
  }

  async open(path: string): Promise<OpenFile> {
    return openDiskFile(await this.resolveInside(path), path)
  }

  async list(): Promise<string[]> {
    const files: string[] = []
    const visit = async (folder: string, prefix: string) => {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (entry.name.startsWith('.')) continue
        if (entry.isDirectory()) await visit(join(folder, entry.name), `${prefix}${entry.name}/`)
        else files.push(`${prefix}${entry.name}`)
      }
    }
    await visit(this.name, '').catch((cause) => {
      throw fileError(cause, this.name, 'list folder')
    })
    return files.sort()
  }

  /** Where the path really leads. @throws TongganError `unsafe-path` where that is outside, `missing-file` */
  async resolveInside(path: string): Promise<string> {
    const names = safePathNames(path)
    try {
      this.#realBase ??= realpath(this.name)
      const base = await this.#realBase
      const target = await realpath(join(base, ...names))
      const inside = relative(base, target)
      if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
        throw unsafePath(path, 'a link that leaves the folder')
      }
      return target
    } catch (cause) {
      throw fileError(cause, path)
    }
  }
}

/** The file that the person named, or undefined where it is a folder. */
export async function locateDiskFile(path: string): Promise<LocatedFile | undefined> {
  const stats = await stat(path).catch((cause) => {
    throw fileError(cause, path)
  })
  if (stats.isDirectory()) return undefined
  return {
    folder: new DiskFolder(dirname(path)),
    path: basename(path),
    async *bytes() {
      try {
        yield* createReadStream(path, { highWaterMark: 2 ** 18 })
      } catch (cause) {
        throw fileError(cause, path)
      }
    },
  }
}

/** @param path as the person named it, for messages */
export async function readDiskFile(
  realPath: string,
  path: string,
  maxBytes = defaultMaxBytes,
): Promise<Uint8Array> {
  const file = await openDiskFile(realPath, path)
  try {
    if (file.size > maxBytes) throw tooLarge(path, file.size, maxBytes)
    return await file.read(0, file.size)
  } finally {
    await file.close()
  }
}

async function openDiskFile(realPath: string, path: string): Promise<OpenFile> {
  // Without waiting: a pipe would make us wait for its writer.
  const handle = await open(realPath, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause) => {
    throw fileError(cause, path)
  })
  const stats = await handle.stat()
  if (!stats.isFile()) {
    await handle.close()
    throw new TongganError('missing-file', {
      operation: 'read file',
      path,
      expected: 'a file',
      received: stats.isDirectory() ? 'a folder' : 'a device or a pipe',
      remedy: 'name a file',
    })
  }
  const { size } = stats
  return {
    size,
    async read(start, end, into) {
      if (end > size) throw endsEarly(path, size, end)
      const bytes = into?.subarray(0, end - start) ?? new Uint8Array(end - start)
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at).catch((cause) => {
          throw fileError(cause, path)
        })
        if (bytesRead === 0) throw endsEarly(path, start + at, end)
        at += bytesRead
      }
      return bytes
    },
    close: () => handle.close(),
  }
}

/** What the system said, as an error of ours; one of ours stays as it is. */
export function fileError(cause: unknown, path: string, operation = 'read file'): TongganError {
  if (cause instanceof TongganError) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  const known = {
    ENOENT: ['none of that name', 'check the path, capitals too'],
    ENOTDIR: ['a file where the path has a folder', 'check the path'],
    EACCES: ['one that may not be read', 'change who may read it'],
    EPERM: ['one that may not be read', 'change who may read it'],
    ENAMETOOLONG: ['a name that is too long', 'check the path'],
    ELOOP: ['links that go round in a circle', 'mend the link'],
  }[code ?? '']
  if (!known) return new TongganError('unreadable-item', { operation, path, received: message, cause })
  const [received, remedy] = known
  const expected = operation.endsWith('folder') ? 'a folder' : 'a file'
  return new TongganError('missing-file', { operation, path, expected, received, remedy, cause })
}
