// Kills a server that fits, and its job's process with it, again and again: half of the times as a file is being
// written, half at random. Whatever moment it was, the space and the index that stand must open and belong together.
// A few seconds a kill.
//
//   node --conditions=tonggan-source bench/kill-serve.ts [kills]

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KillableServer } from '../tests/kill-server.ts'

const kills = Number(process.argv[2] ?? 40)
const folder = mkdtempSync(join(tmpdir(), 'tonggan-kill-'))
try {
  const server = await KillableServer.prepare(folder)
  const kept = { old: 0, new: 0 }
  let halfWritten = 0
  for (let kill = 0; kill < kills; kill++) {
    const survived = await server.killWhileFitting(kill % 2 === 0 ? 'while writing' : 'at any time')
    kept[survived.kept]++
    if (survived.halfWritten) halfWritten++
  }
  console.log(
    `${kills} kills: old ${kept.old}, new ${kept.new}, lost 0; with a file half-written: ${halfWritten}`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
