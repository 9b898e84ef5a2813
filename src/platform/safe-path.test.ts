import { expect, test } from 'vitest'
import { safePathNames } from './safe-path.ts'

test.each([
  ['a.png', ['a.png']],
  ['image/a.png', ['image', 'a.png']],
  ['./image//a.png', ['image', 'a.png']],
  ['图片/猫 1.png', ['图片', '猫 1.png']],
  ['a..b/c#1.png', ['a..b', 'c#1.png']],
  ['12:30.png', ['12:30.png']],
])('%s stays inside', (path, names) => {
  expect(safePathNames(path)).toEqual(names)
})

test.each([
  ['/etc/passwd', 'absolute'],
  ['//server/share/a.png', 'network'],
  ['\\\\server\\share\\a.png', 'network'],
  ['../a.png', '`..`'],
  ['image/../../a.png', '`..`'],
  ['image\\a.png', 'backslash'],
  ['..\\a.png', 'backslash'],
  ['C:\\a.png', 'drive'],
  ['c:a.png', 'drive'],
  ['http://example.org/a.png', 'address'],
  ['file:///etc/passwd', 'address'],
  ['a\0.png', 'null'],
  ['', 'no file'],
  ['./', 'no file'],
])('%j is refused', (path, why) => {
  expect(() => safePathNames(path)).toThrow(expect.objectContaining({ code: 'unsafe-path', path }))
  expect(() => safePathNames(path)).toThrow(why)
})
