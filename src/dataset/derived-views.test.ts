import { expect, test } from 'vitest'
import type { Dataset } from '../spec/dataset.ts'
import type { Encoder, ItemFile, RawItem } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { densify } from '../spec/features.ts'
import type { ModalityName } from '../spec/modality.ts'
import { contentOfBytes, contentOfFile } from './content-of-item.ts'
import { encode } from './encode.ts'
import { openDataset } from './open-dataset.ts'

/** Files are `PICTURES|SOUND`; a video's number is the first letter, its sound's the first letter of the second part. */
class LetterEncoder implements Encoder<string> {
  readonly id = 'letter'
  readonly featureDim = 1
  readonly kind = 'dense'
  readonly parameters = {}
  readonly batchSize = 4
  readonly fingerprint: string
  readonly modality: ModalityName
  readonly decoded: string[] = []
  decodeFile?: (file: ItemFile) => Promise<string>
  readonly derives?: Encoder['derives']

  constructor(modality: ModalityName) {
    this.modality = modality
    this.fingerprint = modality
    if (modality !== 'video') return
    this.decodeFile = async (file) => this.#accept(await textOf(file))
    this.derives = {
      audio: {
        id: 'second half',
        derive: async (file) => {
          const sound = (await textOf(file)).split('|')[1]
          if (sound === 'broken') throw new TongganError('unreadable-item', { operation: 'derive' })
          return sound ? { kind: 'file', name: file.name, bytes: new TextEncoder().encode(sound) } : undefined
        },
      },
    }
  }

  async decode(item: RawItem): Promise<string> {
    if (item.kind === 'words') throw new Error('a file was expected')
    return this.#accept(new TextDecoder().decode(item.bytes))
  }

  #accept(text: string): string {
    this.decoded.push(text)
    return text
  }

  async encode(items: readonly string[]) {
    const data = Float32Array.from(items, (text) => text.charCodeAt(0))
    return { kind: 'dense' as const, rows: items.length, dim: 1, data }
  }

  async close() {}
}

async function textOf(file: ItemFile): Promise<string> {
  return new TextDecoder().decode(await file.read(0, file.size))
}

const files = { 'a.mp4': 'A|X', 'b.mp4': 'B|', 'c.mp4': 'C|Y', 'd.mp4': 'D|broken', 'z.wav': 'Z' }
const open = (csv: string) => openDataset(new Map(Object.entries({ 'items.csv': csv, ...files })))
const encoders = () => ({ video: new LetterEncoder('video'), audio: new LetterEncoder('audio') })

async function letters(dataset: Dataset, options: Parameters<typeof encode>[2] = {}, given = encoders()) {
  const { views, problems } = await encode(dataset, given, { cache: false, ...options })
  const seen: Record<string, string> = {}
  for (const { name, features, rows } of views) {
    seen[name] = ''
    let at = 0
    for await (const chunk of features.chunks()) {
      for (const value of densify(chunk)) seen[name] += `${rows[at++]}${String.fromCharCode(value)} `
    }
  }
  return { seen, problems, views }
}

test('a view within another comes with it; an item without one is no problem, a broken one is', async () => {
  const dataset = await open('video\na.mp4\nb.mp4\nc.mp4\nd.mp4\na.mp4\nb.mp4\n')
  const { seen, problems, views } = await letters(dataset)
  expect(seen).toEqual({ video: '0A 1B 2C 3D 4A 5B ', audio: '0X 2Y 4X ' })
  expect(problems).toMatchObject([
    { row: 4, view: 'audio', error: { code: 'unreadable-item', path: 'd.mp4' } },
  ])
  expect(views[1]).toMatchObject({ name: 'audio', modality: 'audio', derivedFrom: 'video' })
  expect(views[1].contents[0]).toBe(views[1].contents[2])
})

test('a written column of that name wins, and views of videos have sounds of their own', async () => {
  const written = await letters(await open('video,audio\na.mp4,z.wav\nc.mp4,\n'))
  expect(written.seen).toEqual({ video: '0A 1C ', audio: '0Z ' })
  const apart = await letters(await open('video.front,video.back,audio.back\na.mp4,c.mp4,z.wav\n'))
  expect(apart.seen).toEqual({
    'video.front': '0A ',
    'video.back': '0C ',
    'audio.back': '0Z ',
    'audio.front': '0X ',
  })
})

test('it is left out where its sense has no encoder or is not wanted, and is taken alone where it is', async () => {
  const dataset = await open('video\na.mp4\nc.mp4\n')
  const { video, audio } = encoders()
  const without = await encode(dataset, { video }, { cache: false })
  expect(without.views.map(({ name }) => name)).toEqual(['video'])
  expect((await letters(dataset, { views: ['video'] }, { video, audio })).seen).toEqual({ video: '0A 1C ' })
  expect((await letters(dataset, { views: ['audio'] }, { video, audio })).seen).toEqual({ audio: '0X 1Y ' })
})

test('what is kept is found by the content of the whole, without deriving again', async () => {
  const kept = new Map<string, Map<string, Float32Array>>()
  const cache = {
    async open({ fingerprint }: { fingerprint: string }) {
      const store = kept.get(fingerprint) ?? new Map<string, Float32Array>()
      kept.set(fingerprint, store)
      return {
        async read(content: string) {
          const data = store.get(content)
          return data && { kind: 'dense' as const, rows: 1, dim: 1, data }
        },
        async add(contents: readonly string[], chunk: Parameters<typeof densify>[0]) {
          contents.forEach((content, k) => {
            store.set(content, densify(chunk).slice(k, k + 1))
          })
        },
        async close() {},
      }
    },
  }
  const dataset = await open('video\na.mp4\nc.mp4\n')
  const first = await letters(dataset, { cache })
  const again = encoders()
  expect((await letters(dataset, { cache }, again)).seen).toEqual(first.seen)
  expect([...again.video.decoded, ...again.audio.decoded]).toEqual([])
})

test('a file that is read by parts has the content of its bytes, however large', async () => {
  const bytes = Uint8Array.from({ length: 2 ** 23 + 5 }, (_, k) => k % 251)
  const read = async (start: number, end: number) => bytes.subarray(start, end)
  const file = { name: 'large', size: bytes.length, read, async close() {} }
  expect(await contentOfFile(file)).toBe(await contentOfBytes(bytes))
  bytes[2 ** 23 + 4]++
  expect(await contentOfFile(file)).toBe(await contentOfBytes(bytes))
  expect(await contentOfBytes(bytes.subarray(0, 99))).not.toBe(await contentOfBytes(bytes.subarray(0, 98)))
})
