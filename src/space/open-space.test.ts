import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { Graph } from '../graph/graph.ts'
import * as op from '../graph/ops.ts'
import { TongganError } from '../spec/errors.ts'
import type { DenseChunk } from '../spec/features.ts'
import { fitSpace } from './fit/fit-space.ts'
import { madeUpWorld } from './fit/made-up-world.ts'
import type { OnnxSpace } from './onnx-space.ts'
import { openSpace } from './open-space.ts'

const world = madeUpWorld({ things: 80, views: ['image', 'text'] })
let space: OnnxSpace
let folder: string

beforeAll(async () => {
  space = await fitSpace(world, { method: 'cca', dim: 16 })
  folder = join(await mkdtemp(join(tmpdir(), 'tonggan-')), 'made-up.space')
  await space.save(folder)
})

async function someFeatures(): Promise<DenseChunk> {
  for await (const chunk of world.views[0].features.chunks()) return chunk as DenseChunk
  throw new Error('no features')
}

/** The files of the space with one changed, as a map. */
function changed(
  name: RegExp,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): Map<string, Uint8Array> {
  const files = space.toFiles()
  for (const [path, bytes] of files) {
    if (!name.test(path)) continue
    const next = change(bytes)
    if (next) files.set(path, next)
    else files.delete(path)
  }
  return files
}

function edited(edit: (manifest: Record<string, unknown>) => void): Map<string, Uint8Array> {
  return changed(/space\.json/, (bytes) => {
    const manifest = JSON.parse(new TextDecoder().decode(bytes))
    edit(manifest)
    return new TextEncoder().encode(JSON.stringify(manifest))
  })
}

async function refusal(files: Map<string, Uint8Array> | string): Promise<TongganError> {
  const error = await openSpace(files).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(TongganError)
  return error as TongganError
}

describe('a saved space', () => {
  test('gives the embeddings of the one that was fitted, from a folder and from memory', async () => {
    const features = await someFeatures()
    const expected = await space.embed('image', features)
    for (const source of [folder, space.toFiles()]) {
      const opened = await openSpace(source)
      expect(opened.hash).toBe(space.hash)
      expect(await opened.embed('image', features)).toEqual(expected)
      await opened.close()
    }
  })

  test('is space.json and one graph a modality, named by content', async () => {
    const files = (await readdir(folder)).sort()
    expect(files).toEqual([
      expect.stringMatching(/^image-[0-9a-f]{12}\.onnx$/),
      'space.json',
      expect.stringMatching(/^text-[0-9a-f]{12}\.onnx$/),
    ])
  })

  test('is replaced whole, leaving no file of the one before', async () => {
    const other = await fitSpace(world, { method: 'cca', dim: 8 })
    await other.save(folder)
    expect(await readdir(folder)).toHaveLength(3)
    expect((await openSpace(folder)).hash).toBe(other.hash)
    await space.save(folder)
    expect((await openSpace(folder)).hash).toBe(space.hash)
  })

  test('embeds unit rows', async () => {
    const embeddings = await space.embed('image', await someFeatures())
    for (let row = 0; row < 3; row++) {
      const length = Math.hypot(...embeddings.subarray(row * space.dim, (row + 1) * space.dim))
      expect(length).toBeCloseTo(1, 5)
    }
  })

  test('refuses features of another width, and values that are not finite', async () => {
    const narrow = { kind: 'dense', rows: 1, dim: 3, data: new Float32Array(3) } as const
    await expect(space.embed('image', narrow)).rejects.toMatchObject({
      code: 'shape-mismatch',
      message: expect.stringContaining('rows of 40'),
    })
    const wild = { kind: 'dense', rows: 1, dim: 40, data: new Float32Array(40).fill(Number.NaN) } as const
    await expect(space.embed('image', wild)).rejects.toMatchObject({ code: 'not-finite' })
    await expect(space.embed('audio', wild)).rejects.toMatchObject({
      code: 'bad-space',
      message: expect.stringContaining('image or text'),
    })
  })
})

describe('a space that is not as it should be is refused', () => {
  test('a folder that is not there', async () => {
    expect((await refusal(`${folder}-gone`)).code).toBe('missing-file')
  })

  test('a folder that is no space', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'tonggan-'))
    expect((await refusal(empty)).message).toContain('space.json')
  })

  test('a missing graph', async () => {
    const error = await refusal(changed(/image/, () => undefined))
    expect(error.code).toBe('missing-file')
    expect(error.message).toContain('image-')
  })

  test('a graph of the right length with other bytes', async () => {
    const error = await refusal(
      changed(/image/, (bytes) => bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte))),
    )
    expect(error).toMatchObject({ code: 'bad-space', message: expect.stringContaining('SHA-256') })
  })

  test('a truncated graph', async () => {
    expect((await refusal(changed(/text/, (bytes) => bytes.subarray(0, 100)))).message).toContain(
      'received 100',
    )
  })

  test.each([
    ['not JSON', (): Uint8Array => new TextEncoder().encode('{"format": "tongg'), 'expected JSON'],
    ['JSON of another kind', (): Uint8Array => new TextEncoder().encode('{"format": "csv"}'), 'format'],
    ['an empty file', (): Uint8Array => new Uint8Array(), 'expected JSON'],
  ])('a manifest that is %s', async (_, change, message) => {
    const error = await refusal(changed(/space\.json/, change))
    expect(error).toMatchObject({ code: 'bad-space', message: expect.stringContaining(message) })
  })

  test('a newer format', async () => {
    expect(
      (await refusal(edited((manifest) => Object.assign(manifest, { formatVersion: 99 })))).message,
    ).toContain('newer tonggan')
  })

  test('a manifest that claims another encoder', async () => {
    const files = edited((manifest) => {
      const [image] = manifest.modalities as { encoder: { fingerprint: string } }[]
      image.encoder.fingerprint = 'other'
    })
    expect((await refusal(files)).code).toBe('bad-space')
  })

  test('a path in the place of a file name', async () => {
    const files = edited((manifest) => {
      const [file] = manifest.files as { name: string }[]
      file.name = '../outside.onnx'
    })
    expect((await refusal(files)).code).toBe('bad-space')
  })

  test('a graph that gives other sizes than the manifest says, though all hashes agree', async () => {
    const { makeSpace } = await import('./make-space.ts')
    const graph = new Graph()
    graph.output('embedding', op.Relu(graph.input('features', 'float32', ['batch', 7])))
    const [image] = space.modalities
    const record = { splits: { source: 'written' as const, rows: {} }, fit: {}, evaluation: {} }
    const wrong = await makeSpace(16, [{ ...image, model: graph.toModel() }], record)
    expect((await refusal(wrong.toFiles())).code).toBe('bad-graph')
  })

  test('nothing of a refused folder is changed', async () => {
    const before = await readFile(join(folder, 'space.json'), 'utf8')
    await writeFile(join(folder, 'space.json'), before.slice(0, 50))
    await refusal(folder)
    expect(await readFile(join(folder, 'space.json'), 'utf8')).toBe(before.slice(0, 50))
    await writeFile(join(folder, 'space.json'), before)
  })
})
