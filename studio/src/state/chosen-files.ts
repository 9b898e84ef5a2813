// What a person drops or chooses, as files by their path: a folder with all below it, files one by one, or a .zip that is
// unpacked. Files stay on disk until they are read. A folder that holds everything is left out of the paths, so that
// they start where a table's own paths do.

import { TongganError } from 'tonggan'
import type { FileSet } from '../engine/studio-engine.ts'

type Files = FileSet['files']

/** The largest .zip that is unpacked, which happens in memory. */
const maxZipBytes = 2 ** 30

/** Must be called while the event is handled: after that, the browser tells nothing of the drop. */
export async function filesOfDrop({ items, files }: DataTransfer): Promise<FileSet> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry?.()).filter((entry) => entry != null)
  if (entries.length === 0) return filesOfList(files)
  const found = new Map<string, Blob>()
  for (const entry of entries) await collect(entry, '', found)
  return unpacked(found)
}

export function filesOfList(list: Iterable<File>): Promise<FileSet> {
  return unpacked(new Map(Array.from(list, (file) => [file.webkitRelativePath || file.name, file])))
}

/** The example that the studio carries. @throws TongganError where it cannot be fetched */
export async function filesOfExample(): Promise<FileSet> {
  const name = 'example.zip'
  const answer = await fetch(new URL(name, document.baseURI))
  if (!answer.ok) {
    const received = `status ${answer.status}`
    throw new TongganError('missing-file', {
      operation: 'fetch',
      path: name,
      expected: 'the example',
      received,
    })
  }
  return filesOfList([new File([await answer.blob()], name)])
}

async function collect(entry: FileSystemEntry, folder: string, found: Map<string, Blob>): Promise<void> {
  const path = `${folder}${entry.name}`
  if (isHidden(entry.name)) return
  if (isFile(entry)) {
    found.set(path, await new Promise<File>((resolve, reject) => entry.file(resolve, reject)))
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    // at most a hundred come at a time
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return
    for (const one of some) await collect(one, `${path}/`, found)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isHidden(path: string): boolean {
  return /(^|\/)(\.|__MACOSX)/.test(path)
}

async function unpacked(files: Files): Promise<FileSet> {
  if (files.size !== 1) return named(files)
  const [[name, file]] = files
  if (!/\.zip$/i.test(name)) return named(files)
  if (file.size > maxZipBytes) throw badZip(name, `at most ${maxZipBytes} bytes`, `${file.size}`)
  const { unzip } = await import('fflate')
  const packed = new Uint8Array(await file.arrayBuffer())
  const contents = await new Promise<Record<string, Uint8Array>>((resolve, reject) =>
    unzip(packed, { filter: ({ name }) => !isHidden(name) && !name.endsWith('/') }, (error, all) =>
      error ? reject(badZip(name, 'a .zip', error.message)) : resolve(all),
    ),
  )
  const unpackedFiles = Object.entries(contents).map(
    ([path, bytes]) => [path, new File([bytes as Uint8Array<ArrayBuffer>], path.split('/').at(-1)!)] as const,
  )
  return named(new Map(unpackedFiles), name.replace(/\.zip$/i, ''))
}

function badZip(path: string, expected: string, received: string): TongganError {
  return new TongganError('unreadable-item', { operation: 'unpack', path, expected, received })
}

/** Without the folder that holds all of them, which gives its name; else the table does. */
function named(files: Files, given?: string): FileSet {
  const paths = [...files.keys()]
  const [top] = paths[0]?.split('/') ?? []
  if (paths.every((path) => path.startsWith(`${top}/`))) {
    const inside = new Map(Array.from(files, ([path, file]) => [path.slice(top.length + 1), file]))
    return { name: given ?? top, files: inside }
  }
  const table = paths.find((path) => /^[^/]+\.(csv|jsonl)$/i.test(path))
  return { name: given ?? table?.replace(/\.\w+$/, '') ?? top ?? '', files }
}

/** Whether they hold a saved space rather than a table. */
export function isSavedSpace({ files }: FileSet): boolean {
  return [...files.keys()].some((path) => /(^|\/)space\.json$/.test(path))
}
