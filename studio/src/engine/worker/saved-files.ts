// A saved space as files: which of those that were dropped belong to it, and all of it as one .zip to download. The zip
// unpacks to NAME.space/ and NAME.index, as the command leaves them beside each other.

import { zip } from 'fflate'
import { type SearchIndex, TongganError } from 'tonggan'

import type { FileSet } from '../studio-engine.ts'

type Files = FileSet['files']

/** @throws TongganError `bad-space` where no `space.json` is among them, or several are */
export function savedFiles({ name, files }: FileSet): { name: string; space: Files; index?: Blob } {
  const manifests = [...files.keys()].filter((path) => /(^|\/)space\.json$/.test(path))
  if (manifests.length !== 1) {
    throw new TongganError('bad-space', {
      operation: 'open space',
      expected: 'one space.json',
      received: manifests.length === 0 ? `${files.size} files without it` : manifests.join(', '),
      remedy: 'choose the folder that a space was saved in, or its .zip',
    })
  }
  const folder = manifests[0].slice(0, -'space.json'.length)
  const space = new Map<string, Blob>()
  for (const [path, file] of files) {
    if (path.startsWith(folder) && !path.slice(folder.length).includes('/'))
      space.set(path.slice(folder.length), file)
  }
  const index = [...files].find(([path]) => path.endsWith('.index'))?.[1]
  return { name: folder.split('/').at(-2) ?? name, space, ...(index && { index }) }
}

export async function zipOf(
  name: string,
  space: ReadonlyMap<string, Uint8Array>,
  index: SearchIndex,
): Promise<Blob> {
  const base = name.replace(/\.space$/i, '').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-') || 'tonggan'
  const files: Record<string, Uint8Array> = {}
  for (const [path, bytes] of space) files[`${base}.space/${path}`] = bytes
  if (index.count > 0) files[`${base}.index`] = index.toBytes({ spacePath: `${base}.space` })
  const zipped = await new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) =>
    // Weights do not compress: stored, a download takes no longer than the disk.
    zip(files, { level: 0 }, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  )
  return new Blob([zipped], { type: 'application/zip' })
}
