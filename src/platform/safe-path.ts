// Which paths a table or a manifest may name: relative ones with `/`, inside their folder. This looks at the words
// only; a folder on disk also resolves links before it reads.

import { TongganError } from '../spec/errors.ts'

/**
 * @returns the path's names, `.` and empty ones dropped
 * @throws TongganError `unsafe-path`
 */
export function safePathNames(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  const received = whatIsUnsafe(path, names)
  if (received) throw unsafePath(path, received)
  return names
}

export function unsafePath(path: string, received: string): TongganError {
  return new TongganError('unsafe-path', {
    operation: 'read file',
    path,
    expected: "a path relative to the table, with `/`, that stays inside the table's folder",
    received,
    remedy: "put the file into the table's folder and name it from there",
  })
}

function whatIsUnsafe(path: string, names: readonly string[]): string | undefined {
  if (path.startsWith('//') || path.startsWith('\\\\')) return 'a network path'
  if (path.startsWith('/')) return 'an absolute path'
  if (/^[a-z]:/i.test(path)) return 'a path with a drive letter'
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) return 'an address'
  if (path.includes('\\')) return 'a path with a backslash'
  if (path.includes('\0')) return 'a path with a null character'
  if (names.includes('..')) return 'a path with `..`'
  if (names.length === 0) return 'no file name'
  return undefined
}
