// Whatever the public doors give is documented where it is declared.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ESTree, parseSync } from 'vite'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

test.each(['src/client.ts', 'src/hub.ts', 'src/index.ts', 'src/node.ts'])(
  '%s gives nothing undocumented',
  (door) => {
    const given = exportsOf(door)
    expect(given.length).toBeGreaterThan(0)
    expect(given.filter(({ name, file }) => !isDocumented(name, file))).toEqual([])
  },
)

test('the client brings nothing of the rest with it but errors and half floats', () => {
  const files = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    for (const source of sourcesOf(file)) visit(source.startsWith('.') ? join(dirname(file), source) : source)
  }
  visit('src/client.ts')
  expect([...files].sort()).toEqual([
    'src/client.ts',
    'src/math/half-float.ts',
    'src/server/client/client.ts',
    'src/server/client/read-events.ts',
    'src/spec/errors.ts',
  ])
})

/** What a file imports when it runs; types are erased. */
function sourcesOf(file: string): string[] {
  return parse(file).program.body.flatMap((statement) => {
    if (statement.type === 'ImportDeclaration')
      return statement.importKind === 'type' ? [] : [statement.source.value]
    if (statement.type !== 'ExportNamedDeclaration' || !statement.source) return []
    return statement.exportKind === 'type' ? [] : [statement.source.value]
  })
}

/** What a door gives, each with the file that declares it. A door only passes on; it declares nothing itself. */
function exportsOf(door: string): { name: string; file: string }[] {
  return parse(door).program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration' || !statement.source) {
      throw new Error(`${door}: expected only \`export { … } from '…'\``)
    }
    const file = join(dirname(door), statement.source.value)
    return statement.specifiers.map(({ local }) => ({ name: nameOf(local), file }))
  })
}

/** Whether the first declaration of `name` has a doc comment right above it. */
function isDocumented(name: string, file: string): boolean {
  const { program, comments, text } = parse(file)
  const declaration = program.body.find(
    (statement) => statement.type === 'ExportNamedDeclaration' && namesDeclared(statement).includes(name),
  )
  if (!declaration) throw new Error(`${file} declares no ${name}; let the door name the file that does`)
  return comments.some(
    ({ type, value, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      end <= declaration.start &&
      !text.slice(end, declaration.start).trim(),
  )
}

function namesDeclared({ declaration }: ESTree.ExportNamedDeclaration): string[] {
  if (!declaration) return []
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  return 'id' in declaration && declaration.id?.type === 'Identifier' ? [declaration.id.name] : []
}

const nameOf = (name: ESTree.ModuleExportName) => (name.type === 'Literal' ? name.value : name.name)

function parse(file: string) {
  const text = readFileSync(join(root, file), 'utf8')
  const { program, comments } = parseSync(file, text)
  return { program, comments, text }
}
