import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { tinyClip, tinySentences } from '../../tests/tiny-models/models.ts'
import { Random } from '../math/random.ts'
import { checkEncoder, compare } from './check-encoder.ts'
import { hubEncoder } from './hub/hub-encoder.ts'

test.each(['text', 'image', 'audio'] as const)(
  'the built-in encoder of %s agrees with WASM',
  async (modality) => {
    const check = await checkEncoder(modality, { id: 'builtin' })
    expect(check).toMatchObject({ agrees: true, cosines: { length: 3 } })
  },
)

test('a model of another dtype is held against its fp32', async () => {
  const model = tinySentences()
  // The same weights under the name of 8 bits: exact; others in their place: far away.
  const weights = model.get('onnx/model.onnx')!
  const good = new Map([...model, ['onnx/model_quantized.onnx', weights]])
  const wrong = new Map([...model, ['onnx/model_quantized.onnx', shuffled(weights)]])
  for (const [files, agrees] of [
    [good, true],
    [wrong, false],
  ] as const) {
    const parameters = { model: files, dtype: 'q8' } as never
    expect(await checkEncoder('text', { id: 'hub', parameters })).toMatchObject({
      agrees,
      least: 0.95,
      reference: 'fp32 on the processor',
    })
  }
})

test('rows that are not numbers do not agree', async () => {
  const encoder = await hubEncoder({ modality: 'text', model: tinyClip() })
  const broken = {
    ...encoder,
    encode: async (items: readonly unknown[]) => ({
      kind: 'dense' as const,
      rows: items.length,
      dim: encoder.featureDim,
      data: new Float32Array(items.length * encoder.featureDim).fill(Number.NaN),
    }),
  }
  const cosines = await compare('text', broken, encoder)
  expect(cosines.every((cosine) => cosine >= 0.9)).toBe(false)
})

test.each([
  ['answers', () => [0.5, -1], true],
  ['refuses one of the texts', (words: string) => (words.includes('gato') ? undefined : [0.5, -1]), false],
])('a service that %s has nothing to agree with', async (_, rowOf, answers) => {
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const rows = (JSON.parse(text).input as string[]).map(rowOf)
      const data = rows.map((embedding, index) => ({ index, embedding }))
      response.writeHead(rows.includes(undefined) ? 400 : 200).end(JSON.stringify({ data }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const parameters = { url: `http://127.0.0.1:${port}/v1`, model: 'letters' }
    expect(await checkEncoder('text', { id: 'service', parameters })).toEqual({
      modality: 'text',
      encoder: `service/127.0.0.1:${port}/letters`,
      featureDim: 2,
      answers,
    })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

test('what cannot be tried is refused', async () => {
  await expect(checkEncoder('motion', { id: 'builtin' })).rejects.toMatchObject({ code: 'wrong-usage' })
})

/** The model with the numbers of its largest tensor in another order. */
function shuffled(model: Uint8Array): Uint8Array {
  const copy = model.slice()
  const random = new Random(1)
  const [from, to] = [Math.floor(copy.length * 0.1), Math.floor(copy.length * 0.6)]
  for (let k = from - (from % 4); k < to; k += 4) {
    const other = from - (from % 4) + 4 * random.integer((to - from) >> 2)
    for (let byte = 0; byte < 4; byte++) {
      ;[copy[k + byte], copy[other + byte]] = [copy[other + byte], copy[k + byte]]
    }
  }
  return copy
}
