import { createRequire } from 'node:module'
import { expect, test, vi } from 'vitest'
import { speak } from './speak.ts'
import { knownVoices, strangers, type Voice } from './voices.ts'

const text2wav: (words: string, options: Record<string, string | boolean>) => Promise<Uint8Array> =
  createRequire(import.meta.url)('text2wav')

test('a name is spoken exactly as text2wav speaks it', async () => {
  const voice: Voice = { name: 'en-gb-scotland+quincy', pitch: 60, wordsPerMinute: 170 }
  vi.stubGlobal('fetch', undefined) // its engine would try to fetch a path, and complain
  const expected = await text2wav('red apple', {
    voice: voice.name,
    pitch: '60',
    speed: '170',
    noFinalPause: true,
  })
  vi.unstubAllGlobals()
  expect(await speak('red apple', voice)).toEqual(expected)
})

test('every voice is heard, each with a sound of its own', async () => {
  const sounds = new Set<string>()
  for (const voice of [...knownVoices, ...strangers]) {
    const wav = Buffer.from(await speak('red apple', voice))
    const samples = new Int16Array(wav.buffer, wav.byteOffset + 44, (wav.length - 44) / 2)
    const seconds = samples.length / wav.readUInt32LE(24)
    const loudness = Math.sqrt(
      samples.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / samples.length,
    )
    expect(seconds, voice.name).toBeGreaterThan(0.5)
    expect(seconds, voice.name).toBeLessThan(1.5)
    expect(loudness, voice.name).toBeGreaterThan(0.03)
    sounds.add(wav.toString('base64'))
  }
  expect(sounds.size).toBe(knownVoices.length + strangers.length)
})

test('a voice that is not there is refused, and the next is spoken', async () => {
  const [voice] = knownVoices
  await expect(speak('red apple', { ...voice, name: 'xx' })).rejects.toThrow('does not exist')
  expect((await speak('red apple', voice)).length).toBeGreaterThan(10_000)
  expect(process.listeners('uncaughtException').length).toBeLessThan(5)
})
