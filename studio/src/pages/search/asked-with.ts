// What a person asks with besides words: files of a sense, told by what they are. Which sense a file is of, its type or
// its name says; whether it can be read, the encoder will.

import type { ModalityName } from 'tonggan'

/** Where it came from, for its name. */
export type Origin = 'file' | 'drawing' | 'recording'

export interface AskedWith {
  readonly sense: ModalityName
  readonly blob: Blob
  readonly origin: Origin
  /** Of a file that was chosen, dropped or pasted. */
  readonly name: string
}

const endings: Readonly<Record<string, ModalityName>> = {
  bvh: 'motion',
  glb: 'motion',
  gltf: 'motion',
  mkv: 'video',
  opus: 'audio',
  flac: 'audio',
  avif: 'image',
}

/** Sounds that the encoders read as they are; others are decoded by the browser first. */
const soundsRead = /^audio\/(x-)?(wav|wave|mpeg|mp3|flac|ogg|opus)\b/

/** Undefined for what is no picture, sound, video or motion. @param known senses that the space knows */
export async function askedWithFile(
  file: File,
  known: readonly ModalityName[],
): Promise<AskedWith | undefined> {
  const ending = file.name.toLowerCase().split('.').at(-1) ?? ''
  const [kind] = file.type.split('/')
  const byType = kind === 'image' || kind === 'audio' || kind === 'video' ? kind : undefined
  let sense = byType ?? endings[ending]
  // an animation is a picture to a space without videos, and the other way round
  if (ending === 'gif' && !known.includes('image') && known.includes('video')) sense = 'video'
  if (!sense) return undefined
  const isOther = sense === 'audio' && file.type !== '' && !soundsRead.test(file.type)
  const blob = isOther ? await (await import('./sound-to-wav.ts')).soundToWav(file) : file
  return { sense, blob, origin: 'file', name: file.name }
}
