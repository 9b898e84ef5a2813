import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeTokens } from './code-tokens.ts'

const cut = (code: string) => {
  const tokens = codeTokens(code)
  const of = (...kinds: string[]) => tokens.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text)
  return {
    words: of('word', 'dense', 'syllables', 'number', 'symbol').join(' '),
    names: of('name').join(' '),
    marks: of('mark').join(' '),
  }
}

test.each([
  ['getElementById', 'get element by id', 'getelementbyid', ''],
  ['XMLHttpRequest', 'xml http request', 'xmlhttprequest', ''],
  ['max_size2', 'max size 2', '', ''],
  ['__init__', 'init', '', ''],
  ['$this->fooBar', 'this foo bar', 'foobar', '->'],
  ['parse-json', 'parse json', '', '-'],
  ['utf8Decode3d', 'utf 8 decode 3 d', 'utf8decode3d', ''],
  ['ls --all -lR /tmp', 'ls all l r tmp', 'lr', '--all -lR -l -R /'],
  ['git log --max-count=5', 'git log max count 5', '', '--max-count ='],
  ['gcc -Werror -o a.out', 'gcc werror o a out', '', '-Werror -o .'],
  ['java -classpath x', 'java classpath x', '', '-classpath'],
  ['tar [-x|--extract]', 'tar x extract', '', '[ -x | --extract ]'],
  ['dir /s C:/a', 'dir s c a', '', '/s :/'],
  ['a-b', 'a b', '', '-'],
  ['if (a[i] != b) { c += 2; }', 'if a i b c 2', '', '( [ ] != ) { += ; }'],
  ['x => x**2 // a square', 'x x 2 a square', '', '=> ** //'],
  ['# 读取文件 readFile()', '读取文件 read file', 'readfile', '# ( )'],
  ['größe = "naïve"', 'größe naïve', '', '= " "'],
  ['λ x. x', 'λ x x', '', '.'],
  ['echo "🎂"', 'echo', '', '" 🎂 "'],
  ['print(3.14)', 'print 3.14', '', '( )'],
  [' \t\n', '', '', ''],
])('%j', (code, words, names, marks) => {
  expect(cut(code)).toEqual({ words, names, marks })
})

test('any text is cut, and nothing but spaces and what is invisible gets lost', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', '_', '-', ' ', '7', '(', '猫', '=', '$') }),
      (code) => {
        const kept = codeTokens(code).flatMap(({ kind, text }) => (kind === 'name' ? [] : [text]))
        const seen = new Set(kept.join('').toLowerCase())
        for (const character of code.toLowerCase().replace(/[_$ ]/g, '')) expect(seen).toContain(character)
      },
    ),
  )
})
