// A fitted space is plain ONNX: its image graph, run without us by Python's onnxruntime and by onnxruntime-web in a
// real browser, gives the embeddings that the space gives.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Random } from '../src/math/random.ts'
import { fitSpace } from '../src/space/fit/fit-space.ts'
import { madeUpWorld } from '../src/space/fit/made-up-world.ts'
import { openPage, whyNoBrowser } from './browser/harness.ts'

const items = 7
const featureDim = 40
const features = new Random(3).normals(items * featureDim)
let model: Uint8Array
let expected: Float32Array

beforeAll(async () => {
  const world = madeUpWorld({ things: 200, views: ['image', 'text'], dim: featureDim })
  const space = await fitSpace(world, { dim: 24, epochs: 3 })
  expected = await space.embed('image', { kind: 'dense', rows: items, dim: featureDim, data: features })
  model = space.graph('image')
  await space.close()
})

const python = spawnSync('python3', ['-c', 'import numpy, onnxruntime'], { encoding: 'utf8' })
const whyNoPython = python.status === 0 ? undefined : python.stderr?.trim().split('\n').at(-1) || 'no python3'

test.skipIf(whyNoPython)(`in Python's onnxruntime${because(whyNoPython)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonggan-python-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'image.onnx'), model)
  writeFileSync(join(folder, 'features.f32'), features)
  const script = `
import numpy, onnxruntime
features = numpy.fromfile('features.f32', 'float32').reshape(${items}, ${featureDim})
session = onnxruntime.InferenceSession('image.onnx', providers=['CPUExecutionProvider'])
session.run(['embedding'], {'features': features})[0].tofile('embedding.f32')
`
  const { status, stderr } = spawnSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  const bytes = readFileSync(join(folder, 'embedding.f32'))
  expectSame(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)))
})

test.skipIf(whyNoBrowser)(`in a browser's onnxruntime-web${because(whyNoBrowser)}`, async () => {
  const page = await openPage('tests/browser/plain-onnx.page.ts')
  try {
    expectSame(await page.call<Float32Array>('embed', model, features, featureDim))
  } finally {
    await page.close()
  }
})

function expectSame(embeddings: Float32Array): void {
  expect(embeddings).toHaveLength(expected.length)
  expect(Math.max(...embeddings.map((value, k) => Math.abs(value - expected[k])))).toBeLessThan(1e-4)
}

function because(reason: string | undefined): string {
  return reason ? ` (skipped: ${reason})` : ''
}
