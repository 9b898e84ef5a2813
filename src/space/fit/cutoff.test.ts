import { expect, test } from 'vitest'
import { afterSeconds, Cutoff } from './cutoff.ts'

test('a cutoff was heeded only where it was asked after its time', () => {
  const [person, clock] = [new AbortController(), new AbortController()]
  const cutoff = new Cutoff([person.signal, undefined, clock.signal])
  expect([cutoff.aborted, cutoff.heeded]).toEqual([false, false])
  clock.abort()
  expect(cutoff.heeded).toBe(false)
  expect([cutoff.aborted, cutoff.heeded]).toEqual([true, true])
  expect(afterSeconds(undefined)).toBeUndefined()
})
