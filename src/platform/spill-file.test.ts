import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openSpillFile } from './spill-file.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonggan-spill-'))
beforeAll(() => {
  vi.stubEnv('TONGGAN_CACHE', folder)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('gives back what it was given, and stands under no name', () => {
  const file = openSpillFile()!
  expect(file.append(Uint8Array.of(1, 2, 3))).toBe(true)
  expect(file.append(Uint8Array.of(4, 5))).toBe(true)
  const into = new Uint8Array(3)
  file.read(1, into)
  expect([...into]).toEqual([2, 3, 4])
  expect(readdirSync(folder)).toEqual([])
})

test('bytes that are not there are an error', () => {
  const file = openSpillFile()!
  file.append(Uint8Array.of(1))
  expect(() => file.read(0, new Uint8Array(2))).toThrow(RangeError)
})
