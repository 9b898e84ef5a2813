// Files in the browser: maps in memory and addresses. There is no disk to write to: a space gives its files with
// `space.toFiles()`, for the page to download or to keep.

import { TongganError } from '../spec/errors.ts'
import type { FileSource, Folder, LocatedFile } from './files.ts'
import { MapFolder } from './map-folder.ts'
import { locateUrl, UrlFolder } from './url-folder.ts'

export async function openFolder(source: FileSource): Promise<Folder> {
  return isAddress(source) ? new UrlFolder(addressOf(source)) : new MapFolder(source)
}

export async function locateFile(source: FileSource): Promise<LocatedFile | undefined> {
  return isAddress(source) ? locateUrl(addressOf(source)) : undefined
}

export async function readFile(path: string | URL, maxBytes?: number): Promise<Uint8Array> {
  const url = addressOf(path)
  const located = locateUrl(url) ?? {
    folder: new UrlFolder(new URL('.', url)),
    path: url.pathname.split('/').at(-1) ?? '',
  }
  return located.folder.read(located.path, maxBytes)
}

export async function writeFileAtomically(path: string, _bytes: Uint8Array): Promise<void> {
  throw noDisk(path)
}

export async function publishFolder(
  folder: string,
  _files: ReadonlyMap<string, Uint8Array>,
  _pointerName: string,
): Promise<void> {
  throw noDisk(folder)
}

function isAddress(source: FileSource): source is string | URL {
  return typeof source === 'string' || source instanceof URL
}

/** A string is an address relative to the page. */
function addressOf(source: string | URL): URL {
  return new URL(source, globalThis.document?.baseURI ?? globalThis.location?.href)
}

function noDisk(path: string): TongganError {
  return new TongganError('write-failed', {
    operation: 'write',
    path,
    expected: 'a disk',
    received: 'a browser',
    remedy: 'take the files with toFiles() and let the page download or keep them',
  })
}
