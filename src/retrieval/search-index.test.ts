import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encode } from '../dataset/encode.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import { sha256 } from '../platform/sha256.ts'
import type { Encoder } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { densify } from '../spec/features.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { Space } from '../spec/space.ts'
import { createIndex, openIndex } from './search-index.ts'

// A world that one can check by eye: an item is a text of the letters a, b and c, its features are their counts, and
// its embedding is the direction of those.

const dim = 3

function letterEncoder(modality: ModalityName): Encoder<string> {
  return {
    id: `test/${modality}`,
    fingerprint: `letters of ${modality}`,
    parameters: {},
    modality,
    featureDim: dim,
    kind: 'dense',
    batchSize: 4,
    async decode(item) {
      const letters = item.kind === 'words' ? item.words : new TextDecoder().decode(item.bytes)
      if (/^[abc]+$/.test(letters)) return letters
      throw new TongganError('unreadable-item', { operation: 'read letters', received: letters })
    },
    async encode(items) {
      const counts = items.flatMap((item) => [...'abc'].map((letter) => item.split(letter).length - 1))
      return { kind: 'dense', rows: items.length, dim, data: Float32Array.from(counts) }
    },
    async close() {},
  }
}

function letterSpace(hash = '0'.repeat(64)): Space {
  const refuse = () => {
    throw new Error('not asked for in this test')
  }
  return {
    hash,
    dim,
    modalities: (['image', 'text'] as const).map((name) => {
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

const encoders = [letterEncoder('image'), letterEncoder('text')]
const table = `id,label,text.x,text.y,image,audio
A,first,a,aaa,a.png,a.wav
B,second,b,,b.png,
M,,ab,abc,missing.png,
`
const files = new Map([
  ['items.csv', table],
  ['a.png', 'aab'],
  ['b.png', 'bbc'],
])

async function filledIndex() {
  const index = createIndex(letterSpace(), { encoders })
  const result = await index.add(await openDataset(files), { cache: false })
  return { index, ...result }
}

describe('index.add', () => {
  it('adds what it can read and reports the rest', async () => {
    const { index, added, problems } = await filledIndex()
    expect(added).toBe(7)
    expect(index.entries.map(({ id, view, label, content }) => [id, view, label, content])).toEqual([
      ['A', 'text.x', 'first', 'a'],
      ['B', 'text.x', 'second', 'b'],
      ['M', 'text.x', undefined, 'ab'],
      ['A', 'text.y', 'first', 'aaa'],
      ['M', 'text.y', undefined, 'abc'],
      ['A', 'image', 'first', 'a.png'],
      ['B', 'image', 'second', 'b.png'],
    ])
    expect(problems.map(({ row, view, error }) => [row, view, error.code])).toEqual([
      [undefined, 'audio', 'bad-space'],
      [3, 'image', 'missing-file'],
    ])
    await index.close()
  })

  it('adds a dataset that is encoded already, the same', async () => {
    const { index } = await filledIndex()
    const encoded = await encode(
      await openDataset(files),
      { text: encoders[1], image: encoders[0] },
      { cache: false },
    )
    const other = createIndex(letterSpace(), { encoders })
    expect((await other.add(encoded)).added).toBe(7)
    expect(other.toBytes()).toEqual(index.toBytes())
    await index.close()
    await other.close()
  })

  it('is left as it was where it is stopped, or where the space knows no view', async () => {
    const index = createIndex(letterSpace(), { encoders })
    const dataset = await openDataset(files)
    await expect(index.add(dataset, { signal: AbortSignal.abort(), cache: false })).rejects.toMatchObject({
      code: 'cancelled',
    })
    const sounds = await openDataset(new Map([['items.csv', 'audio\na.wav\n']]))
    await expect(index.add(sounds, { cache: false })).rejects.toThrow(
      'expected views of image or text, received audio',
    )
    expect(index.count).toBe(0)
  })

  it('tells how far each view is', async () => {
    const index = createIndex(letterSpace(), { encoders })
    const last = new Map<string, string>()
    await index.add(await openDataset(files), {
      cache: false,
      onProgress: ({ stage, done, total }) => last.set(stage, `${done}/${total}`),
    })
    expect(Object.fromEntries(last)).toMatchObject({ 'encode text.x': '3/3', 'encode image': '3/3' })
  })
})

describe('precomputed features', () => {
  /** `[[1, 0, 0], [0, 1, 0]]` as float32. */
  function npy(): Uint8Array {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    const start = new TextEncoder().encode(`\u0000NUMPY\u0001\u0000v\u0000${header.padEnd(117)}\n`)
    start[0] = 0x93
    return new Uint8Array([...start, ...new Uint8Array(Float32Array.of(1, 0, 0, 0, 1, 0).buffer)])
  }

  it('are added as they are, and found by words; a picture cannot ask where none was encoded', async () => {
    const space = letterSpace()
    const fingerprint = await sha256(new TextEncoder().encode('npy/1/3'))
    const [image, text] = space.modalities
    const modalities = [{ ...image, encoder: { id: 'npy', fingerprint, parameters: { dim } } }, text]
    const index = createIndex({ ...space, modalities }, { encoders: [encoders[1]] })
    const dataset = new Map<string, string | Uint8Array>([
      ['items.csv', 'id,image\nA,npy:m.npy#0\nB,npy:m.npy#1\nC,npy:m.npy#2\n'],
      ['m.npy', npy()],
    ])
    const { added, problems } = await index.add(await openDataset(dataset))
    expect([added, problems.map(({ row }) => row)]).toEqual([2, [3]])
    const [hit] = await index.search({ text: 'b' })
    expect(hit).toMatchObject({ id: 'B', content: 'npy:m.npy#1', similarity: 1 })
    for (const [columns, row] of [
      ['image,image.b', 'npy:m.npy#0,npy:m.npy#1'],
      ['image.b,image', 'npy:m.npy#0,npy:m.npy#9'],
    ]) {
      const both = new Map(dataset).set('items.csv', `id,${columns}\nA,${row}\nB,${row}\n`)
      const told = await index.add(await openDataset(both))
      const isBad = row.includes('#9')
      expect([told.added, told.problems.length]).toEqual(isBad ? [2, 1] : [4, 0])
    }
    await expect(index.search({ image: new Uint8Array(1) })).rejects.toThrow(
      'encode image: expected precomputed features (features:PATH#ROW), as the space was fitted with',
    )
    await index.close()
  })
})

describe('index.search', () => {
  it('finds items of any sense by any sense, most similar first', async () => {
    const { index } = await filledIndex()
    const hits = await index.search({ text: 'b' }, { k: 3 })
    expect(hits).toEqual([
      {
        id: 'B',
        view: 'text.x',
        modality: 'text',
        label: 'second',
        content: 'b',
        similarity: 1,
        position: 1,
      },
      expect.objectContaining({ id: 'B', view: 'image', similarity: expect.closeTo(2 / Math.sqrt(5), 6) }),
      expect.objectContaining({ id: 'M', view: 'text.x', similarity: expect.closeTo(Math.SQRT1_2, 6) }),
    ])
    const bytes = new TextEncoder().encode('bbc')
    for (const image of [bytes, new Blob([bytes]), { kind: 'file', bytes, name: 'b.png' } as const]) {
      expect((await index.search({ image }, { k: 1 }))[0]).toMatchObject({ id: 'B', view: 'image' })
    }
    await index.close()
  })

  it('reads a query from a path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tonggan-query-'))
    await writeFile(join(folder, 'query.png'), 'aab')
    const { index } = await filledIndex()
    const [hit] = await index.search({ image: join(folder, 'query.png') }, { k: 1 })
    expect(hit).toMatchObject({ id: 'A', view: 'image' })
    await expect(index.search({ image: join(folder, 'no.png') })).rejects.toMatchObject({
      code: 'missing-file',
    })
    await index.close()
    await rm(folder, { recursive: true })
  })

  it('takes the mean of several senses', async () => {
    const { index } = await filledIndex()
    const image = new TextEncoder().encode('b')
    const [hit] = await index.search({ text: 'aaa', image }, { want: 'text' })
    expect(hit).toMatchObject({ id: 'M', view: 'text.x', similarity: expect.closeTo(1, 6) })
    await index.close()
  })

  it('finds what is wanted and nothing else', async () => {
    const { index } = await filledIndex()
    const found = async (options: Parameters<typeof index.search>[1]) =>
      (await index.search({ text: 'a' }, options)).map(({ id, view }) => `${id} ${view}`)
    expect(await found({ want: 'image' })).toEqual(['A image', 'B image'])
    expect(await found({ want: 'text.y' })).toEqual(['A text.y', 'M text.y'])
    expect(await found({ want: ['image', 'text.y'], k: 2 })).toEqual(['A text.y', 'A image'])
    expect(await found({ want: 'text', filter: { label: 'second' } })).toEqual(['B text.x'])
    expect(await found({ want: 'text', filter: { view: ['image', 'text.y'] } })).toEqual([
      'A text.y',
      'M text.y',
    ])
    expect(await found({ want: 'audio' })).toEqual([])
    expect(await found({ filter: { modality: 'image' }, k: 1 })).toEqual(['A image'])
    await index.close()
  })

  it('refuses what it cannot understand', async () => {
    const { index } = await filledIndex()
    await expect(index.search({})).rejects.toMatchObject({ code: 'wrong-usage' })
    await expect(index.search({ smell: 'rose' })).rejects.toThrow('received smell')
    await expect(index.search({ text: 'a' }, { want: 'smell' })).rejects.toThrow('received smell')
    await expect(index.search({ text: 'xyz' })).rejects.toMatchObject({ code: 'unreadable-item' })
    for (const k of [0, -1, 1.5]) {
      await expect(index.search({ text: 'a' }, { k })).rejects.toThrow('k of 1 or more')
      await expect(index.similar(0, { k })).rejects.toThrow('k of 1 or more')
    }
    await expect(index.search({ audio: new Uint8Array(1) })).rejects.toMatchObject({ code: 'bad-space' })
    await index.close()
  })

  it('says how sure it is, the same whatever k, and when nothing matches', async () => {
    const known = { answers: 'one', slope: 10, offset: -5, threshold: 0.4 } as const
    const calibration = { 'text>image': { ...known, queries: 99, falseAccepts: 0.2, falseRejects: 0.1 } }
    const index = createIndex({ ...letterSpace(), calibration }, { encoders })
    await index.add(await openDataset(files), { cache: false })
    const odds = (letters: number) => Math.exp(10 * letters - 5) / 2 // one of two pictures
    const [near, far] = [odds(2 / Math.sqrt(5)), odds(0)] // a against aab, and against bbc
    const two = await index.search({ text: 'a' }, { want: 'image', k: 2 })
    expect(two.map(({ content, confidence }) => [content, confidence])).toEqual([
      ['a.png', expect.closeTo(near / (1 + near + far))],
      ['b.png', expect.closeTo(far / (1 + near + far))],
    ])
    expect(two.nothingMatches).toBe(false)
    const one = await index.search({ text: 'a' }, { want: 'image', k: 1 })
    expect(one[0].confidence).toBe(two[0].confidence)
    const labelled = await index.search({ text: 'a' }, { want: 'image', filter: { label: 'first' } })
    expect(labelled[0].confidence).toBeCloseTo((2 * near) / (1 + 2 * near)) // one of one
    const stranger = await index.search({ text: 'c' }, { want: 'image' })
    expect(stranger).toHaveLength(2)
    expect(stranger.nothingMatches).toBe(true)
    await index.close()
  })

  it('claims nothing where the space has learned nothing, nor for several items at once', async () => {
    const known = { answers: 'one', slope: 10, offset: -5, threshold: 0.4 } as const
    const calibration = { 'text>image': { ...known, queries: 99, falseAccepts: 0.2, falseRejects: 0.1 } }
    const index = createIndex({ ...letterSpace(), calibration }, { encoders })
    await index.add(await openDataset(files), { cache: false })
    const image = new TextEncoder().encode('aab')
    for (const query of [{ image }, { image, text: 'a' }]) {
      const hits = await index.search(query, { want: 'image' })
      expect(hits.some((hit) => 'confidence' in hit)).toBe(false)
      expect(hits.nothingMatches).toBeUndefined()
    }
    const mixed = await index.search({ text: 'c' }, { k: 7 })
    expect(mixed.nothingMatches).toBeUndefined()
    expect(mixed.filter(({ confidence }) => confidence !== undefined).map(({ view }) => view)).toEqual([
      'image',
      'image',
    ])
    await index.close()
  })

  it('gives nothing from an empty index', async () => {
    expect(await createIndex(letterSpace(), { encoders }).search({ text: 'a' })).toEqual([])
  })
})

describe('index.similar', () => {
  it('finds what the item itself would find as a query, but not itself', async () => {
    const { index } = await filledIndex()
    const asked = await index.search({ text: 'ab' }, { k: 7 })
    expect(await index.similar(2, { k: 7 })).toEqual(asked.filter(({ position }) => position !== 2))
    expect(await index.similar(2, { want: 'image', k: 1 })).toEqual(
      await index.search({ text: 'ab' }, { want: 'image', k: 1 }),
    )
    // position 0 ("a") and 3 ("aaa") are one point: of equals the other one is found
    expect((await index.similar(3, { k: 1 })).map(({ position }) => position)).toEqual([0])
    await index.close()
  })

  it.each([-1, 7, 0.5, Number.NaN])('refuses position %d', async (position) => {
    const { index } = await filledIndex()
    await expect(index.similar(position)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('a position from 0 to 6'),
    })
    await index.close()
  })

  it('asks with the embeddings that the index tells', async () => {
    const { index } = await filledIndex()
    expect([...index.embeddings(2, 3)]).toEqual([Math.SQRT1_2, Math.SQRT1_2, 0].map(Math.fround))
    expect(index.embeddings().length).toBe(7 * dim)
    expect(() => index.embeddings(3, 8)).toThrow(RangeError)
    await index.close()
  })
})

describe('openIndex', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tonggan-index-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('finds the same in an index that was saved', async () => {
    const { index } = await filledIndex()
    const path = join(folder, 'letters.index')
    await index.save(path)
    expect(await readdir(folder)).toEqual(['letters.index'])
    const expected = await index.search({ text: 'abb' })
    for (const source of [path, index.toBytes()]) {
      const opened = await openIndex(source, letterSpace(), { encoders })
      expect(await opened.search({ text: 'abb' })).toEqual(expected)
      await opened.close()
    }
    await index.close()
  })

  it('refuses another space, bytes that are no index, and encoders that the space does not know', async () => {
    const { index } = await filledIndex()
    const other = letterSpace('1'.repeat(64))
    await expect(openIndex(index.toBytes(), other)).rejects.toMatchObject({ code: 'encoder-mismatch' })
    await expect(openIndex(new Uint8Array(5), other)).rejects.toMatchObject({ code: 'bad-index' })
    const foreign = { ...letterEncoder('text'), fingerprint: 'other letters' }
    expect(() => createIndex(letterSpace(), { encoders: [foreign] })).toThrow(
      'received of test/text (other le)',
    )
    const wider = { ...foreign, parameters: { dim: 99 } }
    expect(() => createIndex(letterSpace(), { encoders: [wider] })).toThrow('received of test/text (dim 99)')
    await index.close()
  })

  it('makes no encoder that it does not know', async () => {
    await expect(createIndex(letterSpace()).search({ text: 'a' })).rejects.toMatchObject({
      code: 'encoder-mismatch',
      message: expect.stringContaining('give the encoder that the space was fitted with'),
    })
  })
})
