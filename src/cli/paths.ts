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

/**
 * @throws TongganError `wrong-usage` where the path is a file, a folder that holds something other than a space, or a
 * place where nothing can be written
 */
export async function requireSpaceFolder(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  const names = await readdir(path).catch((error: NodeJS.ErrnoException): string[] => {
    if (!isThere) return []
    throw wrongOut(path, 'a folder for the space', error.code === 'ENOTDIR' ? 'a file' : error.message)
  })
  if (names.length > 0 && !names.includes('space.json')) {
    throw wrongOut(path, 'a new folder, or that of a space', 'a folder with other files in it')
  }
  await requireWritable(path, path)
}

/** @throws TongganError `wrong-usage` where the path is a folder, or where nothing can be written beside it */
export async function requireNoFolder(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) throw wrongOut(path, 'a file to write', 'a folder')
  await requireWritable(path, dirname(path))
}

/** The nearest folder that is there takes new files; those between will be made. */
async function requireWritable(path: string, folder: string): Promise<void> {
  const stats = await stat(folder).catch((error: NodeJS.ErrnoException) => error)
  if (stats instanceof Error && stats.code === 'ENOENT' && dirname(resolve(folder)) !== resolve(folder)) {
    return requireWritable(path, dirname(resolve(folder)))
  }
  if (stats instanceof Error || !stats.isDirectory())
    throw wrongOut(path, 'a path through folders', `${folder}, a file`)
  await access(folder, constants.W_OK).catch(() => {
    throw wrongOut(path, 'a folder that may be written to', `${folder}, which may not`)
  })
}

function wrongOut(path: string, expected: string, received: string): TongganError {
  return new TongganError('wrong-usage', { operation: '--out', path, expected, received })
}
