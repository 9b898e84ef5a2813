import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type ModelFolder,
  tinyChineseClip,
  tinyClap,
  tinyClip,
  tinyDino,
  tinySentences,
  tinySiglip,
  tinyWhisper,
  withFile,
  writeModel,
} from '../../../tests/tiny-models/models.ts'
import { openGraph } from '../../graph/session.ts'
import type { Encoder, RawItem } from '../../spec/encoder.ts'
import type { ErrorCode } from '../../spec/errors.ts'
import { densify } from '../../spec/features.ts'
import { encoderContract } from '../encoder.contract.ts'
import { makeEncoder } from '../registry.ts'
import { goldenItems } from './golden-items.ts'
import { hubEncoder } from './hub-encoder.ts'
import type { HubEncoderOptions } from './hub-options.ts'
import type { HubModality } from './tower.ts'

const root = mkdtempSync(join(tmpdir(), 'tonggan-hub-'))
afterAll(() => rmSync(root, { recursive: true }))

const words = (text: string): RawItem => ({ kind: 'words', words: text })
const noWords = words('\t ')

const models = {
  clip: tinyClip(),
  siglip: tinySiglip(),
  'chinese-clip': tinyChineseClip(),
  sentences: tinySentences(),
  clap: tinyClap(),
  whisper: tinyWhisper(),
  dino: tinyDino(),
}

async function open(
  model: ModelFolder,
  modality: HubModality,
  options: Partial<HubEncoderOptions> = {},
): Promise<Encoder> {
  return hubEncoder({ model, modality, ...options })
}

async function rowsOf(encoder: Encoder, items: readonly RawItem[]): Promise<Float32Array[]> {
  const decoded = await Promise.all(items.map((item) => encoder.decode(item)))
  const data = densify(await encoder.encode(decoded))
  return items.map((_, k) => data.slice(k * encoder.featureDim, (k + 1) * encoder.featureDim))
}

/** From the disk, as a person has a model. */
const onDisk = await Promise.all(
  (
    [
      ['clip', 'text'],
      ['clip', 'image'],
      ['siglip', 'text'],
      ['chinese-clip', 'text'],
      ['chinese-clip', 'image'],
      ['sentences', 'text'],
      ['clap', 'audio'],
      ['whisper', 'audio'],
      ['dino', 'image'],
    ] as const
  ).map(async ([name, modality]) => {
    const model = writeModel(join(root, name), models[name])
    const make = (options: Partial<HubEncoderOptions> = {}) => hubEncoder({ model, modality, ...options })
    const others =
      modality === 'text'
        ? [await make({ prefix: 'query: ' })]
        : [await make({ normalise: name !== 'clip' && name !== 'clap' && name !== 'chinese-clip' })]
    return { name: `${name} (${modality})`, modality, encoder: await make(), others }
  }),
)

test('towers of one model that were trained together say so, and others do not', async () => {
  const alignment = async (name: keyof typeof models, modality: HubModality) =>
    (await hubEncoder({ model: join(root, name), modality })).alignment
  expect(await alignment('clip', 'text')).toBeTruthy()
  expect(await alignment('clip', 'image')).toBe(await alignment('clip', 'text'))
  expect(await alignment('siglip', 'text')).not.toBe(await alignment('clip', 'text'))
  expect(await alignment('sentences', 'text')).toBeUndefined()
  expect(await alignment('dino', 'image')).toBeUndefined()
})

const bad: Record<
  HubModality,
  { what: string; item: RawItem | (() => Promise<RawItem>); code: ErrorCode }[]
> = {
  text: [
    { what: 'a text of spaces', item: noWords, code: 'unreadable-item' },
    {
      what: 'a text that is no UTF-8',
      item: { kind: 'file', name: 'a.txt', bytes: Uint8Array.of(0xff, 0xfe, 0) },
      code: 'unreadable-item',
    },
  ],
  image: [
    { what: 'words for a picture', item: words('cat'), code: 'unsupported-format' },
    {
      what: 'an empty picture',
      item: { kind: 'file', name: 'a.png', bytes: new Uint8Array(0) },
      code: 'unreadable-item',
    },
  ],
  audio: [{ what: 'words for a sound', item: words('miau'), code: 'unsupported-format' }],
}

describe.each(onDisk)('$name', ({ modality, encoder, others, name }) => {
  encoderContract(name, {
    make: () => encoder,
    others: others.map((other) => () => other),
    items: () => goldenItems(modality),
    bad: bad[modality],
    runsGraphs: false,
  })

  test('is made again from its record', async () => {
    const record = JSON.parse(JSON.stringify({ ...encoder }))
    const again = await makeEncoder(modality, record)
    expect(again).toMatchObject({ id: encoder.id, fingerprint: encoder.fingerprint })
    await again.close()
  })
})

test('a text tower is fed the tokens that its tokenizer makes, and its states are pooled as the files say', async () => {
  const tokenizer = JSON.parse(new TextDecoder().decode(models.sentences.get('tokenizer.json')))
  const { vocab } = tokenizer.model as { vocab: Record<string, number> }
  const ids = ['[CLS]', 'a', 'red', 'cat', '.', '[SEP]'].map((token) => vocab[token])
  const session = await openGraph(models.sentences.get('onnx/model.onnx')!)
  const tensor = (values: number[]) => ({
    type: 'int64' as const,
    dims: [1, values.length],
    data: BigInt64Array.from(values, BigInt),
  })
  const states = await session.run({
    input_ids: tensor(ids),
    attention_mask: tensor(ids.map(() => 1)),
    token_type_ids: tensor(ids.map(() => 0)),
  })
  const data = states.last_hidden_state.data as Float32Array
  const dim = data.length / ids.length
  const token = (t: number) => data.subarray(t * dim, (t + 1) * dim)
  const column = (k: number) => ids.map((_, t) => token(t)[k])
  const expected: Record<string, (k: number) => number> = {
    pooling_mode_mean_tokens: (k) => column(k).reduce((sum, value) => sum + value, 0) / ids.length,
    pooling_mode_cls_token: (k) => token(0)[k],
    pooling_mode_max_tokens: (k) => Math.max(...column(k)),
    pooling_mode_lasttoken: (k) => token(ids.length - 1)[k],
  }
  for (const [pooling, of] of Object.entries(expected)) {
    const encoder = await open(tinySentences({ pooling }), 'text')
    const [row] = await rowsOf(encoder, [words('A red  CAT.')])
    const raw = Array.from({ length: dim }, (_, k) => of(k))
    const norm = Math.hypot(...raw)
    row.forEach((value, k) => {
      expect(value).toBeCloseTo(raw[k] / norm, 5)
    })
    await encoder.close()
  }
})

test('prompts and prefixes go before the words; a text too long keeps the mark at its end', async () => {
  const prompts = { query: 'query: ', document: 'passage: ' }
  const model = tinySentences({ pooling: 'pooling_mode_lasttoken', prompts })
  const plain = await open(model, 'text')
  const prompted = await open(model, 'text', { prompt: 'query' })
  const prefixed = await open(model, 'text', { prefix: 'query: ' })
  expect(prompted.fingerprint).toBe(prefixed.fingerprint)
  expect(prompted.fingerprint).not.toBe(plain.fingerprint)
  expect(await prompted.decode(words('cat'))).toEqual(await plain.decode(words('query: cat')))
  const decoded = (await plain.decode(words('cat '.repeat(50)))) as number[]
  const short = (await plain.decode(words('cat'))) as number[]
  expect(decoded).toHaveLength(20) // max_seq_length of the model
  expect([decoded[0], decoded[1], decoded.at(-1)]).toEqual(short)
  await expect(open(model, 'text', { prompt: 'title' })).rejects.toThrow(
    'prompt: query, document, received title',
  )
})

test('a sound of several windows is their mean, each by how much of it sounds', async () => {
  const [tone, sweep] = goldenItems('audio') as Extract<RawItem, { kind: 'file' }>[]
  const encoder = await open(models.whisper, 'audio')
  const pcm = (item: { bytes: Uint8Array }) => item.bytes.subarray(44)
  const repeated = (item: { bytes: Uint8Array }, times: number) =>
    Array(times)
      .fill(pcm(item))
      .flatMap((part) => [...part])
  const sound = (parts: number[]): RawItem => {
    const bytes = new Uint8Array([...tone.bytes.subarray(0, 44), ...parts])
    new DataView(bytes.buffer).setUint32(4, bytes.length - 8, true)
    new DataView(bytes.buffer).setUint32(40, parts.length, true)
    return { kind: 'file', name: 'long.wav', bytes }
  }
  const [one, two, both] = await rowsOf(encoder, [
    sound(repeated(tone, 4)),
    sound(repeated(sweep, 2)),
    sound([...repeated(tone, 4), ...repeated(sweep, 2)]),
  ])
  // A window is 2 s: four halves of a second, then two, which fill half of the next.
  both.forEach((value, k) => {
    expect(value).toBeCloseTo((2 * one[k] + two[k]) / 3, 2)
  })
  expect(Math.max(...both.map((value, k) => Math.abs(value - one[k])))).toBeGreaterThan(0.02)
})

describe('a model that cannot be opened says why and what to do', () => {
  const without = (files: ModelFolder, path: string) => new Map([...files].filter(([name]) => name !== path))
  const cut = (files: ModelFolder, path: string) =>
    new Map([...files, [path, files.get(path)!.slice(0, 300)]])
  test.each<[string, ModelFolder, HubModality, Partial<HubEncoderOptions>, ErrorCode, RegExp]>([
    [
      'no config',
      without(models.clip, 'config.json'),
      'text',
      {},
      'missing-file',
      /config\.json.*folder `onnx`/,
    ],
    ['no tokenizer', without(models.clip, 'tokenizer.json'), 'text', {}, 'missing-file', /tokenizer\.json/],
    [
      'no preprocessor',
      without(models.clip, 'preprocessor_config.json'),
      'image',
      {},
      'missing-file',
      /preprocessor/,
    ],
    [
      'no such dtype in it',
      models.clip,
      'text',
      { dtype: 'q8' },
      'missing-file',
      /text_model_quantized\.onnx.*one with onnx\/text_model\.onnx.*choose a dtype/,
    ],
    [
      'an unknown dtype',
      models.clip,
      'text',
      { dtype: 'fp8' as never },
      'wrong-usage',
      /dtype: fp32, fp16.*received fp8/,
    ],
    ['an unknown option', models.clip, 'text', { colour: 1 } as never, 'wrong-usage', /received colour/],
    [
      'a config that is no JSON',
      withFile(models.clip, 'config.json', '{'),
      'text',
      {},
      'bad-model',
      /config\.json.*expected JSON.*download/,
    ],
    [
      'a web page for a config',
      withFile(models.clip, 'config.json', '<!doctype html><p>'),
      'text',
      {},
      'missing-file',
      /config\.json/,
    ],
    [
      'an unknown kind of model',
      withFile(models.clip, 'config.json', { model_type: 'detr' }),
      'image',
      {},
      'bad-model',
      /detr/,
    ],
    [
      'a sense that it does not have',
      models.whisper,
      'text',
      {},
      'bad-model',
      /perceives text, received whisper, which perceives audio/,
    ],
    [
      'a tokenizer that is none',
      withFile(models.clip, 'tokenizer.json', { model: {} }),
      'text',
      {},
      'bad-model',
      /tokenizer\.json.*transformers\.js/,
    ],
    [
      'weights that are cut off',
      cut(models.clip, 'onnx/text_model.onnx'),
      'text',
      {},
      'bad-model',
      /text_model\.onnx.*download/,
    ],
    [
      'weights of something else',
      withFile(models.clip, 'onnx/text_model.onnx', 'hello'),
      'text',
      {},
      'bad-model',
      /ONNX/,
    ],
    [
      'another tower in its place',
      withFile(models.clip, 'onnx/text_model.onnx', models.sentences.get('onnx/model.onnx')),
      'text',
      {},
      'bad-model',
      /output text_embeds, received last_hidden_state/,
    ],
    ['no pooling', without(models.sentences, 'modules.json'), 'text', {}, 'bad-model', /give `pooling`/],
    [
      'a module that is not known',
      withFile(models.sentences, 'modules.json', [{ type: 'x.Dense', path: '2_Dense' }]),
      'text',
      {},
      'bad-model',
      /received Dense/,
    ],
    [
      'two poolings',
      withFile(models.sentences, '1_Pooling/config.json', {
        pooling_mode_cls_token: true,
        pooling_mode_mean_tokens: true,
      }),
      'text',
      {},
      'bad-model',
      /received cls and mean/,
    ],
    [
      'a preprocessor without sizes',
      withFile(models.clip, 'preprocessor_config.json', { do_resize: true }),
      'image',
      {},
      'bad-model',
      /sides of 1 to 4096/,
    ],
    [
      'a sound preprocessor without a rate',
      withFile(models.clap, 'preprocessor_config.json', {}),
      'audio',
      {},
      'bad-model',
      /sampling_rate/,
    ],
    [
      'a device of another platform',
      models.clip,
      'text',
      { device: 'wasm' },
      'engine-failed',
      /cpu or webgpu in Node.*leave device out/,
    ],
  ])('%s', async (_, model, modality, options, code, message) => {
    const opening = open(model, modality, options)
    await expect(opening).rejects.toMatchObject({ name: 'TongganError', code })
    await expect(opening).rejects.toThrow(message)
  })

  test('a folder that is not there, and what is no name', async () => {
    await expect(hubEncoder({ modality: 'text', model: join(root, 'none') })).rejects.toMatchObject({
      code: 'missing-file',
    })
    await expect(hubEncoder({ modality: 'text', model: 'klip' })).rejects.toThrow(
      'a preset, ORG/NAME on the hub, or a folder',
    )
  })
})

test('weights are let go once they are loaded, read again after a close, and refused where they have changed', async () => {
  const files = new Map(models.clip)
  const encoder = await open(files, 'text')
  const before = await rowsOf(encoder, goldenItems('text'))
  await encoder.close()
  expect(await rowsOf(encoder, goldenItems('text'))).toEqual(before)
  await encoder.close()
  files.set('onnx/text_model.onnx', models.sentences.get('onnx/model.onnx')!)
  await expect(rowsOf(encoder, goldenItems('text'))).rejects.toThrow('make the encoder again')
})

describe('weights in files of their own', () => {
  const model = withExternalWeights(models.clip.get('onnx/text_model.onnx')!, 'text_model.onnx_data')

  test('are loaded from beside the model, and belong to its fingerprint', async () => {
    const inside = await open(models.clip, 'text')
    const files = new Map([
      ...models.clip,
      ['onnx/text_model.onnx', model.bytes],
      ['onnx/text_model.onnx_data', model.data],
    ])
    const outside = await open(files, 'text')
    expect(await rowsOf(outside, goldenItems('text'))).toEqual(await rowsOf(inside, goldenItems('text')))
    const other = model.data.map((byte, k) => (k % 4 === 0 ? byte ^ 1 : byte))
    const changed = await open(new Map([...files, ['onnx/text_model.onnx_data', other]]), 'text')
    expect(changed.fingerprint).not.toBe(outside.fingerprint)
  })

  test.each(['../secret', '/etc/passwd', 'sub/weights', 'C:weights', '.hidden', '..'])(
    'never from %s',
    async (path) => {
      const { bytes } = withExternalWeights(models.clip.get('onnx/text_model.onnx')!, path)
      const opening = open(new Map([...models.clip, ['onnx/text_model.onnx', bytes]]), 'text')
      await expect(opening).rejects.toMatchObject({ code: 'bad-model' })
      await expect(opening).rejects.toThrow('not beside the model')
    },
  )

  test('are missed where they are not there', async () => {
    const opening = open(new Map([...models.clip, ['onnx/text_model.onnx', model.bytes]]), 'text')
    await expect(opening).rejects.toMatchObject({ code: 'missing-file', path: 'onnx/text_model.onnx_data' })
  })
})

/** The model with its largest tensor moved to a file. */
function withExternalWeights(model: Uint8Array, location: string): { bytes: Uint8Array; data: Uint8Array } {
  const [, graph] = fieldsOf(model).find(([number]) => number === 7)!
  const tensors = fieldsOf(graph).filter(([number]) => number === 5)
  const [, largest] = tensors.reduce((a, b) => (b[1].length > a[1].length ? b : a))
  const [, data] = fieldsOf(largest).find(([number]) => number === 9)!
  const entry = (key: string, value: string) =>
    new BinaryWriter().tag(1, 2).string(key).tag(2, 2).string(value).finish()
  const tensor = new BinaryWriter().raw(rawWithout(largest, 9))
  tensor.tag(13, 2).bytes(entry('location', location)).tag(14, 0).int32(1)
  const moved = tensor.finish()
  const rewrite = (bytes: Uint8Array, from: Uint8Array, to: Uint8Array) => {
    const writer = new BinaryWriter()
    const reader = new BinaryReader(bytes)
    while (reader.pos < reader.len) {
      const start = reader.pos
      const [number, wire] = reader.tag()
      if (wire === 2) {
        const value = reader.bytes()
        const isIt = value.length === from.length && value.byteOffset === from.byteOffset
        writer.tag(number, 2).bytes(isIt ? to : value)
      } else {
        reader.skip(wire)
        writer.raw(bytes.subarray(start, reader.pos))
      }
    }
    return writer.finish()
  }
  return { bytes: rewrite(model, graph, rewrite(graph, largest, moved)), data: data.slice() }
}

function fieldsOf(bytes: Uint8Array): [number, Uint8Array][] {
  const reader = new BinaryReader(bytes)
  const fields: [number, Uint8Array][] = []
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    if (wire === 2) fields.push([number, reader.bytes()])
    else reader.skip(wire)
  }
  return fields
}

function rawWithout(bytes: Uint8Array, left: number): Uint8Array {
  const reader = new BinaryReader(bytes)
  const writer = new BinaryWriter()
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [number, wire] = reader.tag()
    reader.skip(wire)
    if (number !== left) writer.raw(bytes.subarray(start, reader.pos))
  }
  return writer.finish()
}
