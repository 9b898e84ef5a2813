import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type ServedShapes, serveShapes } from '../../tests/served-shapes.ts'
import { openSpace } from '../space/open-space.ts'
import { defaultLimits } from './limits.ts'
import { LiveSpace } from './live-space.ts'
import { mostOpen, Spaces } from './spaces.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonggan-spaces-'))
const names = Array.from({ length: mostOpen + 2 }, (_, k) => `fitted-${k}`)
let shapes: ServedShapes
let spaces: Spaces

beforeAll(async () => {
  shapes = await serveShapes(folder)
  const fitted = join(folder, 'fitted')
  for (const name of names) cpSync(shapes.space, join(fitted, `${name}.space`), { recursive: true })
  const served = new LiveSpace({
    name: 'served',
    space: await openSpace(shapes.space),
    limits: defaultLimits,
  })
  spaces = new Spaces({ served, servedFolder: shapes.space, folder: fitted, limits: defaultLimits })
}, 120_000)
afterAll(async () => {
  await spaces?.close()
  rmSync(folder, { recursive: true, force: true })
})

it('those that were not asked for for longest are closed, but not while they are used, and open again', async () => {
  const closed = vi.spyOn(LiveSpace.prototype, 'close')
  const closedNames = () => closed.mock.contexts.map((space) => (space as LiveSpace).name)
  const used = await spaces.use(names[0])
  for (const name of names.slice(1)) (await spaces.use(name)).release()
  expect(closedNames()).toEqual([names[1]])
  used.release()
  expect(closedNames()).toEqual([names[1], names[0]])
  const again = await spaces.use(names[1])
  expect(closedNames()).toEqual([names[1], names[0], names[2]])
  expect(again.space.name).toBe(names[1])
  again.release()
  expect((await spaces.use('served')).space).toBe(spaces.served)
})
