import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Progress } from '../../src/spec/progress.ts'
import { speak } from './speak.ts'
import { speakAll, type Utterance } from './speak-all.ts'
import { knownVoices } from './voices.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function utterances(count: number): Utterance[] {
  return Array.from({ length: count }, (_, i) => ({
    words: `number ${i}`,
    voice: knownVoices[i % knownVoices.length],
    path: join(folder, `${i}.wav`),
  }))
}

test('speaks what is missing and keeps what is there', async () => {
  const all = utterances(5)
  writeFileSync(all[2].path, 'spoken before')
  const heard: Progress[] = []
  await speakAll(all, { onProgress: (progress) => heard.push(progress) })
  expect(readdirSync(folder).sort()).toEqual(['0.wav', '1.wav', '2.wav', '3.wav', '4.wav'])
  expect(readFileSync(all[2].path, 'utf8')).toBe('spoken before')
  expect(new Uint8Array(readFileSync(all[3].path))).toEqual(await speak('number 3', all[3].voice))
  expect(heard.map(({ done, total }) => [done, total])).toEqual([
    [1, 4],
    [2, 4],
    [3, 4],
    [4, 4],
  ])
})

test('stops when asked and goes on in the next run', async () => {
  const all = utterances(12)
  const stop = new AbortController()
  const stopped = speakAll(all, { signal: stop.signal, onProgress: ({ done }) => done === 3 && stop.abort() })
  await expect(stopped).rejects.toThrow()
  expect(readdirSync(folder).length).toBeLessThan(12)
  await speakAll(all, {})
  expect(readdirSync(folder).filter((name) => name.endsWith('.wav')).length).toBe(12)
})

test('says what is wrong with a voice', async () => {
  const [first] = utterances(1)
  const wrong = { ...first, voice: { ...first.voice, name: 'xx' } }
  await expect(speakAll([wrong], {})).rejects.toThrow('voice does not exist')
})
