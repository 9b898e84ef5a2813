// A process of the server's own, for work that must not stand between two searches, or whose end must not be the
// server's: it runs one of our files, and the two send each other plain data.

import { type ChildProcess, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { dirname, extname, join } from 'node:path'

/**
 * @param beside `import.meta.filename` of who starts it
 * @param name of the file beside, without its ending: sources run as they are, built files as they were built
 */
export function startProcess(beside: string, name: string): ChildProcess {
  const extension = extname(beside)
  const child = fork(join(dirname(beside), `${name}${extension}`), {
    execArgv: extension === '.ts' ? ['--conditions=tonggan-source'] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // some systems allow it to no one; then it runs like any other
  }
  return child
}
