// What is wrong with a glTF, said one way.

import { TongganError } from '../../spec/errors.ts'

export function unreadable(expected: string, received: string): TongganError {
  return new TongganError('unreadable-item', { operation: 'read glTF', expected, received })
}

export function unsupported(expected: string, received: string): TongganError {
  const remedy = 'export it as one GLB file of glTF 2.0'
  return new TongganError('unsupported-format', { operation: 'read glTF', expected, received, remedy })
}

export function tooLarge(most: string, received: string): TongganError {
  const remedy = 'cut it into parts, one row each'
  return new TongganError('too-large', {
    operation: 'read glTF',
    expected: `at most ${most}`,
    received,
    remedy,
  })
}
