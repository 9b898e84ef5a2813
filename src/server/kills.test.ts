// Nothing is lost when the server is killed in the middle of a fit or of writing: `bench/kill-serve.ts` does it more often.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { KillableServer } from '../../tests/kill-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonggan-kills-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a killed server leaves the old space and index, or the new ones', async () => {
  const server = await KillableServer.prepare(folder)
  expect(await server.killWhileFitting('at once')).toEqual({ kept: 'old', halfWritten: false })
  expect((await server.killWhileFitting('while writing')).kept).toMatch(/^(old|new)$/)
}, 240_000)
