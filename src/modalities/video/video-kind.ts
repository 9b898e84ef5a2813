// What kind of video a file is, by its first bytes: names lie. The table of other kinds is only there to say in an error
// what came instead.

import { TongganError } from '../../spec/errors.ts'

export type VideoKind = 'mp4' | 'webm' | 'gif' | 'webp'

/** Bytes from the start of a file that tell. */
export const kindBytes = 64

const expected = 'an MP4, MOV, WebM or Matroska video, a GIF or an animated WebP'

/** `?` is any byte. First match wins. */
const signatures: readonly (readonly [start: string, kind: VideoKind | { readonly other: string }])[] = [
  ['GIF87a', 'gif'],
  ['GIF89a', 'gif'],
  ['RIFF????WEBP', 'webp'],
  ['\x1aE\xdf\xa3', 'webm'],
  ['????ftypavif', { other: 'an AVIF picture' }],
  ['????ftyphei', { other: 'a HEIC picture' }],
  ['????ftypM4A', { other: 'an M4A sound' }],
  ['????ftyp', 'mp4'],
  ['????moov', 'mp4'],
  ['????mdat', 'mp4'],
  ['????wide', 'mp4'],
  ['????free', 'mp4'],
  ['????skip', 'mp4'],
  ['RIFF????AVI ', { other: 'an AVI video' }],
  ['RIFF????WAVE', { other: 'a WAV sound' }],
  ['OggS', { other: 'an Ogg file' }],
  ['fLaC', { other: 'a FLAC sound' }],
  ['ID3', { other: 'an MP3 sound' }],
  ['FLV', { other: 'a Flash video' }],
  ['0&\xb2u', { other: 'a Windows Media file' }],
  ['\0\0\x01\xba', { other: 'an MPEG program stream' }],
  ['G???', { other: 'bytes of an unknown kind (an MPEG transport stream?)' }],
  ['\x89PNG', { other: 'a PNG picture' }],
  ['\xff\xd8\xff', { other: 'a JPEG picture' }],
  ['%PDF', { other: 'a PDF document' }],
  ['PK\x03\x04', { other: 'a ZIP archive' }],
  ['\x1f\x8b', { other: 'a gzip archive' }],
]

/**
 * @param start the first `kindBytes` bytes of the file, or all of a smaller one
 * @param name of the file, for the error
 * @throws TongganError `unsupported-format` with what was found, `unreadable-item` where there is nothing
 */
export function videoKind(start: Uint8Array, name: string): VideoKind {
  if (start.length === 0) throw notAVideo('unreadable-item', 'an empty file', name)
  const found = signatures.find(([signature]) => startsWith(start, signature))?.[1]
  if (typeof found === 'string') return found
  throw notAVideo('unsupported-format', found?.other ?? describeBytes(start), name)
}

function notAVideo(code: 'unsupported-format' | 'unreadable-item', received: string, path: string) {
  const remedy = 'convert it, e.g. to H.264 in MP4, or leave the cell empty where the sense is missing'
  return new TongganError(code, { operation: 'read video', expected, received, remedy, path })
}

function startsWith(bytes: Uint8Array, start: string): boolean {
  if (bytes.length < start.length) return false
  return Array.from(start).every((letter, k) => letter === '?' || bytes[k] === letter.charCodeAt(0))
}

function describeBytes(start: Uint8Array): string {
  const isText = start.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)
  if (!isText) return 'bytes of an unknown kind'
  return `text (${JSON.stringify(new TextDecoder().decode(start).trim().slice(0, 24))})`
}
