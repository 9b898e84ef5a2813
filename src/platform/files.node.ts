// Files in Node: folders on disk, addresses, and maps in memory.

import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FileSource, Folder, LocatedFile } from './files.ts'
import { DiskFolder, fileError, locateDiskFile, readDiskFile } from './folder.node.ts'
import { MapFolder, missingFile } from './map-folder.ts'
import { locateUrl, UrlFolder } from './url-folder.ts'

export { publishFolder } from './publish-folder.node.ts'
export { writeFileAtomically } from './write-file.node.ts'

export async function openFolder(source: FileSource): Promise<Folder> {
  const place = placeOf(source)
  if (place instanceof URL) return new UrlFolder(place)
  if (typeof place !== 'string') return new MapFolder(place)
  const stats = await stat(place).catch((cause) => {
    throw fileError(cause, place, 'open folder')
  })
  if (!stats.isDirectory()) throw missingFile(place, 'a folder')
  return new DiskFolder(place)
}

export async function locateFile(source: FileSource): Promise<LocatedFile | undefined> {
  const place = placeOf(source)
  if (place instanceof URL) return locateUrl(place)
  return typeof place === 'string' ? locateDiskFile(place) : undefined
}

export async function readFile(path: string | URL, maxBytes?: number): Promise<Uint8Array> {
  const place = placeOf(path)
  if (typeof place === 'string') return readDiskFile(place, place, maxBytes)
  const located = locateUrl(place as URL)
  if (!located) throw missingFile(String(place), 'the address of a file')
  return located.folder.read(located.path, maxBytes)
}

/** A path on disk, an address, or files in memory. A string that starts with `http:` or `https:` is an address. */
function placeOf(source: FileSource): FileSource {
  if (typeof source === 'string') return /^https?:\/\//i.test(source) ? new URL(source) : source
  if (source instanceof URL && source.protocol === 'file:') return fileURLToPath(source)
  return source
}
