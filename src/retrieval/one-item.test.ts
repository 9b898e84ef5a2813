// One picture, from its file to a search hit, through the seven stations of the house. Read it from top to bottom:
// each station is a named value with a shape, and everything else in the project serves one of them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeShapes } from '../../tests/shapes.ts'
import { encode } from '../dataset/encode.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import { openGraph } from '../graph/session.ts'
import { FlatIndex } from '../index/flat-index.ts'
import { encodeGraph } from '../modalities/image/encode-graph.ts'
import { imageEncoder } from '../modalities/image/image-encoder.ts'
import { prepareGraph } from '../modalities/image/prepare-graph.ts'
import { resampleMatrix } from '../modalities/image/resample-matrix.ts'
import { textEncoder } from '../modalities/text/text-encoder.ts'
import { fitSpace } from '../space/fit/fit-space.ts'
import type { Hit, IndexEntry } from '../spec/search.ts'
import { floats } from '../spec/tensor.ts'
import { createIndex } from './search-index.ts'

it('walks from a file to a hit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonggan-one-item-'))
  const image = imageEncoder({ size: 32 })
  const dataset = await openDataset(writeShapes(folder))
  const features = await encode(dataset, { text: textEncoder(), image })
  const space = await fitSpace(features, { dim: 16, method: 'cca', seed: 1 })

  // 1  read: the cell of a row, as bytes
  const row = dataset.rows.find(({ id }) => id === 'red-star-1')!
  const item = await dataset.read(row, 'image')
  expect(item).toMatchObject({ kind: 'file', name: 'red-star-1.svg', bytes: expect.any(Uint8Array) })

  // 2  decode: [height, width, 4] uint8, red green blue alpha; the corner is see-through, the middle is red
  const picture = await image.decode(item)
  const { width, height, data } = picture
  expect([height, width, data.length]).toEqual([128, 128, 128 * 128 * 4])
  expect([...data.subarray(0, 4)]).toEqual([0, 0, 0, 0])
  expect([...data.subarray((64 * 128 + 64) * 4).subarray(0, 4)]).toEqual([255, 0, 0, 255])

  // 3  prepare: [1, 3, 32, 32] float32, how dark each channel is; the corner is paper, the middle lacks green and blue
  const parameters = { size: 32, colour: true } as const
  const prepare = await openGraph(prepareGraph(parameters))
  const { prepared } = await prepare.run({
    pixels: { type: 'uint8', dims: [1, height, width, 4], data },
    rows: floats([32, height], resampleMatrix(height, 32, 32 / height)),
    columns: floats([32, width], resampleMatrix(width, 32, 32 / width)),
  })
  expect(prepared.dims).toEqual([1, 3, 32, 32])
  const middle = 16 * 32 + 16
  const [red, green, blue] = [0, 1, 2].map((channel) => prepared.data[channel * 32 * 32 + middle])
  expect(prepared.data[0]).toBe(0)
  expect([red, green, blue]).toEqual([expect.closeTo(0, 5), expect.closeTo(1, 5), expect.closeTo(1, 5)])

  // 4  encode: [1, featureDim] float32; stations 3 and 4 together are what an encoder calls `encode`
  const scattering = await openGraph(encodeGraph(parameters))
  const encoded = await scattering.run({ prepared })
  expect(encoded.features.dims).toEqual([1, image.featureDim])
  const chunk = await image.encode([picture])
  expect(chunk).toEqual({ kind: 'dense', rows: 1, dim: image.featureDim, data: encoded.features.data })

  // 5  project: [1, dim] float32 of length 1, a point in the shared space
  const embedding = await space.embed('image', chunk)
  expect(embedding).toHaveLength(space.dim)
  expect(Math.hypot(...embedding)).toBeCloseTo(1, 5)

  // 6  index.add: the point with what it is of
  const index = new FlatIndex({ dim: space.dim, spaceHash: space.hash })
  const entry: IndexEntry = { id: row.id, view: 'image', modality: 'image', content: row.cells.image }
  index.add(embedding, [entry])
  expect(index.entries).toEqual([entry])

  // 7  index.search: the nearest point to that of some words
  const words = textEncoder()
  const asked = await words.encode([await words.decode({ kind: 'words', words: 'red star' })])
  const [[nearest]] = await index.search(await space.embed('text', asked), { k: 1 })
  expect(nearest).toEqual({ position: 0, similarity: expect.any(Number) })

  // All of it in the words of the library: among all drawings, the red stars come first
  const library = createIndex(space)
  await library.add(dataset, { cache: false })
  const hits = await library.search({ text: 'red star' }, { want: 'image', k: 120 })
  expect(hits.slice(0, 3).every(({ id }) => id.startsWith('red-'))).toBe(true)
  const own: Hit | undefined = hits.find(({ id }) => id === row.id)
  const { similarity } = nearest
  expect(own).toMatchObject({ ...entry, label: 'star', similarity: expect.closeTo(similarity, 5) })

  for (const opened of [prepare, scattering, index, library, space, image]) await opened.close()
  rmSync(folder, { recursive: true })
})
