// Whoever installs Tonggan gets permissive licences, and the few LGPL and MPL parts that NOTICE names; nothing of the GPL.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { license?: string; dev?: boolean; link?: boolean }>
}
const installed = Object.entries(packages).flatMap(([path, { license = 'none', dev, link }]) =>
  path && !dev && !link ? [{ name: path.split('node_modules/').at(-1) ?? '', license }] : [],
)
const permissive = new Set(['MIT', 'ISC', '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0'])

test('what is not permissive is LGPL or MPL, and NOTICE names it', () => {
  const notice = readFileSync(join(root, 'NOTICE'), 'utf8')
  const others = installed.filter(({ license }) => !license.match(/[\w.-]+/g)?.every(isPermissive))
  const named = (name: string) => notice.includes(name.replace(/^(@img\/sharp-).*/, '$1*'))
  const unnamed = others.filter(({ name, license }) => /(?<!L)GPL/.test(license) || !named(name))
  expect(unnamed).toEqual([])
  expect(others.map(({ name }) => name)).toContain('codec-parser') // so the search finds what is there
})

function isPermissive(word: string): boolean {
  return permissive.has(word) || word === 'AND' || word === 'OR'
}
