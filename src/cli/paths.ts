// Names and places of what the command writes. A place that cannot be right is refused before long work begins.

import { access, constants, readdir, stat } from 'node:fs/promises'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { TongganError } from '../spec/errors.ts'

/** The last name of a path without its ending: `data/items.csv` → `items`. */
export function nameWithout(path: string, ending: RegExp): string {
  return basename(resolve(path)).replace(ending, '')
}

/** `path` as seen from the folder of `file`, with `/`. */
export function pathSeenFrom(file: string, path: string): string {
  return (
    relative(dirname(resolve(file)), resolve(path))
      .split(sep)
      .join('/') || '.'
  )
}

/** @throws TongganError `wrong-usage` where the path is no place for a folder, or one with something else than a space */
export async function requireSpaceFolder(path: string): Promise<void> {
  await requireFolder(path)
  const names = await readdir(path).catch((): string[] => [])
  if (names.length > 0 && !names.includes('space.json')) {
    throw wrongPlace('--out', path, 'a new folder, or that of a space', 'a folder with other files in it')
  }
}

/** @throws TongganError `wrong-usage` where the path is a file, or where nothing can be written */
export async function requireFolder(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined)
  if (stats && !stats.isDirectory()) throw wrongPlace('--out', path, 'a folder', 'a file')
  await requireWritable('--out', path, path)
}

/** @throws TongganError `wrong-usage` where the path is a folder, or where nothing can be written beside it */
export async function requireNoFolder(path: string, option: '--out' | '--report'): Promise<void> {
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) throw wrongPlace(option, path, 'a file to write', 'a folder')
  await requireWritable(option, path, dirname(path))
}

/** The nearest folder that is there takes new files; those between will be made. */
async function requireWritable(option: string, path: string, folder: string): Promise<void> {
  const stats = await stat(folder).catch((error: NodeJS.ErrnoException) => error)
  const above = dirname(resolve(folder))
  if (stats instanceof Error && stats.code === 'ENOENT' && above !== folder) {
    return requireWritable(option, path, above)
  }
  if (stats instanceof Error || !stats.isDirectory()) {
    throw wrongPlace(option, path, 'a path through folders', `${folder}, which is none`)
  }
  await access(folder, constants.W_OK).catch(() => {
    throw wrongPlace(option, path, 'a folder that may be written to', `${folder}, which may not`)
  })
}

function wrongPlace(option: string, path: string, expected: string, received: string): TongganError {
  return new TongganError('wrong-usage', { operation: option, path, expected, received })
}
