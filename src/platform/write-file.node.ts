// Writing so that a kill, a crash or a full disk never leaves half a file under its name: write beside, flush to the
// disk, rename. A leftover of a killed write is told by its name, `.NAME.PID-RANDOM.part`, and swept by the next.

import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TongganError } from '../spec/errors.ts'

export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(path))
    const beside = await writeBeside(path, bytes)
    await rename(beside, path).catch(async (error) => {
      await rm(beside, { force: true })
      throw error
    })
  } catch (cause) {
    throw writeFailed(cause, path, 'whatever stood under this name before is unchanged')
  }
  await flushFolder(dirname(path)).catch(() => undefined)
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    const isOfThisFile = name.startsWith(`.${basename(path)}.`)
    if (isOfThisFile && isLeftover(name))
      await rm(join(dirname(path), name), { force: true }).catch(() => undefined)
  }
}

/** @returns the path of the finished file beside; what was begun is removed where it fails */
export async function writeBeside(path: string, bytes: Uint8Array): Promise<string> {
  const beside = join(
    dirname(path),
    `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.part`,
  )
  const handle = await open(beside, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
    await handle.close()
    return beside
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(beside, { force: true }).catch(() => undefined)
    throw error
  }
}

/**
 * A folder and those above it. Node's own `recursive` never ends where a file system says "none of that name" to
 * whoever makes one, as /proc and automounters do.
 */
export async function makeFolder(path: string): Promise<void> {
  const make = async () => {
    try {
      await mkdir(path)
    } catch (error) {
      if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw error
    }
  }
  try {
    await make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolder(dirname(path))
    await make()
  }
}

/** Whether a file is what a killed write left: named as `writeBeside` names, by a process that is gone. */
export function isLeftover(name: string): boolean {
  const pid = /^\..+\.(\d+)-[0-9a-f]{8}\.part$/.exec(name)?.[1]
  return pid !== undefined && !isRunning(Number(pid))
}

/** Makes renames in the folder last through a power cut, where the system can. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @param intact what a person can still rely on, as one clause */
export function writeFailed(cause: unknown, path: string, intact: string): TongganError {
  const { code, message } = cause as NodeJS.ErrnoException
  return new TongganError('write-failed', {
    operation: 'write',
    path,
    received: code === 'ENOSPC' || code === 'EDQUOT' ? `a full disk (${message})` : message,
    remedy: `${intact}; ${code === 'ENOSPC' || code === 'EDQUOT' ? 'free some space and' : 'mend that and'} try again`,
    cause,
  })
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
