// A folder that changes from one whole to the next (DESIGN §4, "A space on disk"): files named by their content
// first, the one file that points to them last, and only then away with what nobody names.
//
// Two processes may publish at once: the later pointer wins, its files stay. To that end every file is written
// anew, and only a file that stood there before we began, untouched since, is ever removed.

import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder, isLeftover, makeFolder, writeBeside, writeFailed } from './write-file.node.ts'

export async function publishFolder(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  pointerName: string,
): Promise<void> {
  const pointer = files.get(pointerName)
  if (!pointer) throw new RangeError(`publishFolder: ${pointerName} is not among the files`)
  const contentNamed = [...files].filter(([name]) => name !== pointerName)
  const before = new Map<string, number>()
  const written: string[] = []
  let path = folder
  try {
    await makeFolder(folder)
    for (const name of await readdir(folder)) before.set(name, await inodeOf(join(folder, name)))
    for (const [name, bytes] of contentNamed) {
      path = join(folder, name)
      await rename(await writeBeside(path, bytes), path)
      if (!before.has(name)) written.push(path)
    }
    await flushFolder(folder)
    path = join(folder, pointerName)
    await rename(await writeBeside(path, pointer), path)
  } catch (cause) {
    for (const orphan of written) await rm(orphan, { force: true }).catch(() => undefined)
    const intact = before.has(pointerName)
      ? 'what was saved there before is unchanged'
      : 'nothing was saved there before'
    throw writeFailed(cause, path, intact)
  }
  await flushFolder(folder).catch(() => undefined)
  await sweep(folder, before, files, pointerName)
}

/** Removes what killed writes left, and files named as ours are that the pointer does not name. */
async function sweep(
  folder: string,
  before: ReadonlyMap<string, number>,
  files: ReadonlyMap<string, Uint8Array>,
  pointerName: string,
): Promise<void> {
  const pointer = await readFile(join(folder, pointerName), 'utf8').catch(() => undefined)
  if (pointer === undefined) return
  const kinds = new Set([...files.keys()].map(kindOfContentName).filter(Boolean))
  for (const [name, inode] of before) {
    const unnamed = kinds.has(kindOfContentName(name)) && !pointer.includes(name)
    if (!unnamed && !isLeftover(name)) continue
    const path = join(folder, name)
    if ((await inodeOf(path)) === inode) await rm(path, { force: true }).catch(() => undefined)
  }
}

/** `image-3f9a27c04d11.onnx` → `.onnx`; undefined where a name is not of content. */
function kindOfContentName(name: string): string | undefined {
  return /-[0-9a-f]{12,64}(\.\w+)$/.exec(name)?.[1]
}

async function inodeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ ino }) => ino,
    () => -1,
  )
}
