#!/usr/bin/env node
// The command `tonggan`. Ctrl-C asks the work to stop, which leaves nothing half-written; a second one ends at once.

import { runCommand } from './run-command.ts'

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort(name)
    process.stderr.write('\n')
  })
}
// whoever reads the output may have read enough (`tonggan search … | head -1`)
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

const { stdout, stderr, env: environment } = process
const status = await runCommand(process.argv.slice(2), { stdout, stderr, environment, signal: stop.signal })
// engines may keep threads alive; what was printed is waited for
stdout.write('', () => stderr.write('', () => process.exit(status)))
