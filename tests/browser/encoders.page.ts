// In the page (and in Node, to compare with): items through the built-in encoders, from words, files or samples.

import {
  audioEncoder,
  codeEncoder,
  imageEncoder,
  motionEncoder,
  textEncoder,
  videoEncoder,
} from '../../src/index.ts'
import type { Encoder, RawItem } from '../../src/spec/encoder.ts'
import { TongganError } from '../../src/spec/errors.ts'
import { densify } from '../../src/spec/features.ts'

const encoders = {
  text: textEncoder,
  code: codeEncoder,
  image: imageEncoder,
  audio: audioEncoder,
  motion: motionEncoder,
  video: videoEncoder,
}
export type Sense = keyof typeof encoders

/** Features `[items, featureDim]` of what the items hold. */
export async function encodeItems(sense: Sense, items: readonly RawItem[]): Promise<Float32Array> {
  const encoder: Encoder = encoders[sense]()
  const decoded = await Promise.all(items.map((item) => encoder.decode(item)))
  return rows(encoder, decoded)
}

/** Features `[items, featureDim]` of samples that were decoded before. */
export async function encodeSamples(sense: Sense, samples: readonly unknown[]): Promise<Float32Array> {
  return rows(encoders[sense](), samples)
}

/** Features `[1, featureDim]` of the sound within a video. */
export async function encodeSoundWithin({
  bytes,
  name,
}: Extract<RawItem, { kind: 'file' }>): Promise<Float32Array> {
  const read = async (start: number, end: number) => bytes.subarray(start, end)
  const file = { name, size: bytes.length, read, async close() {} }
  const sound = await videoEncoder().derives?.audio?.derive(file)
  return sound ? encodeItems('audio', [sound]) : new Float32Array(0)
}

/** The code with which an item is refused; undefined where it is taken. */
export async function refusal(sense: Sense, item: RawItem): Promise<string | undefined> {
  try {
    await encoders[sense]().decode(item)
  } catch (error) {
    return error instanceof TongganError ? error.code : String(error)
  }
}

async function rows(encoder: Encoder, decoded: readonly unknown[]): Promise<Float32Array> {
  const features = densify(await encoder.encode(decoded))
  await encoder.close()
  return features
}
