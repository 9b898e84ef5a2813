// Items that others hold within themselves, in an index: a film of letters holds a sound of letters behind a bar, its
// features are the counts of a, b and c, and its embedding is the direction of those.

import { expect, test } from 'vitest'
import { encode } from '../dataset/encode.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import type { Encoder } from '../spec/encoder.ts'
import { densify } from '../spec/features.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { Space } from '../spec/space.ts'
import { createIndex } from './search-index.ts'
import { SpaceEncoders } from './space-encoders.ts'

const dim = 3

function letterEncoder(modality: ModalityName): Encoder<string> {
  const encoder: Encoder<string> = {
    id: `test/${modality}`,
    fingerprint: `letters of ${modality}`,
    parameters: {},
    modality,
    featureDim: dim,
    kind: 'dense',
    batchSize: 4,
    decode: async (item) => (item.kind === 'words' ? item.words : new TextDecoder().decode(item.bytes)),
    async encode(items) {
      const counts = items.flatMap((item) => [...'abc'].map((letter) => item.split(letter).length - 1))
      return { kind: 'dense', rows: items.length, dim, data: Float32Array.from(counts) }
    },
    async close() {},
  }
  if (modality !== 'video') return encoder
  const textOf = async (file: { size: number; read(start: number, end: number): Promise<Uint8Array> }) =>
    new TextDecoder().decode(await file.read(0, file.size))
  return {
    ...encoder,
    decodeFile: async (file) => (await textOf(file)).split('|')[0],
    derives: {
      audio: {
        id: 'behind the bar',
        async derive(file) {
          const [, sound] = (await textOf(file)).split('|')
          return sound ? { kind: 'file', name: file.name, bytes: new TextEncoder().encode(sound) } : undefined
        },
      },
    },
  }
}

function letterSpace(names: readonly ModalityName[]): Space {
  const refuse = () => {
    throw new Error('not asked for in this test')
  }
  return {
    hash: '0'.repeat(64),
    dim,
    modalities: names.map((name) => {
      const { id, fingerprint, parameters } = letterEncoder(name)
      return { name, encoder: { id, fingerprint, parameters }, featureDim: dim, views: [name] }
    }),
    async embed(_, features) {
      const data = densify(features).slice()
      for (let at = 0; at < data.length; at += dim) {
        const norm = Math.hypot(...data.subarray(at, at + dim))
        for (let j = at; j < at + dim; j++) data[j] /= norm
      }
      return data
    },
    toFiles: refuse,
    save: refuse,
    close: refuse,
  }
}

const films = { '1.mp4': 'a|b', '2.mp4': 'b|', '3.mp4': 'ab|c' }
const table = (csv: string) => openDataset(new Map(Object.entries({ 'items.csv': csv, ...films })))
const senses: readonly ModalityName[] = ['text', 'video', 'audio']

test('a film without a word is found by a word through its pictures, and by a sound through its track', async () => {
  const index = createIndex(letterSpace(senses), { encoders: senses.map(letterEncoder) })
  const { added, problems } = await index.add(await table('id,video\nA,1.mp4\nB,2.mp4\nC,3.mp4\n'), {
    cache: false,
  })
  expect({ added, problems, views: index.views }).toEqual({
    added: 5,
    problems: [],
    views: ['video', 'audio'],
  })
  const [byWord] = await index.search({ text: 'b' }, { want: 'video' })
  expect(byWord).toMatchObject({ id: 'B', view: 'video', content: '2.mp4' })
  const [bySound] = await index.search({ audio: new TextEncoder().encode('ccc') })
  expect(bySound).toMatchObject({ id: 'C', view: 'audio', modality: 'audio', content: '3.mp4' })
})

test('a written column of sounds wins, and a space without sound takes none', async () => {
  const index = createIndex(letterSpace(senses), { encoders: senses.map(letterEncoder) })
  await index.add(await table('id,video,audio\nA,1.mp4,2.mp4\n'), { cache: false })
  expect(index.entries.map(({ view, content }) => `${view} ${content}`)).toEqual([
    'video 1.mp4',
    'audio 2.mp4',
  ])
  const silent = createIndex(letterSpace(['text', 'video']), { encoders: [letterEncoder('video')] })
  expect((await silent.add(await table('video\n1.mp4\n'), { cache: false })).added).toBe(1)
})

test('no encoder that is not built in is opened to ask what its items hold', async () => {
  const record = { id: 'hub/nowhere/at-all', fingerprint: 'unknown', parameters: {} }
  const modalities = letterSpace(senses).modalities.map((modality) => ({ ...modality, encoder: record }))
  const dataset = await table('video,text\n1.mp4,a\n')
  const encoders = new SpaceEncoders({ ...letterSpace(senses), modalities } as Space)
  expect(await encoders.derivedFrom(dataset.views)).toEqual([])
})

test('the encoders of a space serve what its views hold, as evaluating asks for it', async () => {
  const encoders = new SpaceEncoders(letterSpace(senses), senses.map(letterEncoder))
  const dataset = await table('video.front,text\n1.mp4,a\n3.mp4,c\n')
  const derived = await encoders.derivedFrom(dataset.views)
  expect(derived).toEqual([
    { name: 'audio.front', modality: 'audio', source: 'raw', derivedFrom: 'video.front' },
  ])
  const { views } = await encode(dataset, await encoders.forViews(derived), {
    cache: false,
    views: ['audio.front'],
  })
  expect(views.map(({ name, rows }) => [name, [...rows]])).toEqual([['audio.front', [0, 1]]])
})
