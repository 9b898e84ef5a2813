// What kind of file some bytes are, told by the bytes and never by the name. Kinds that are not read are known too,
// so that the message can say what came.

import type { CompressedFormat } from './sound.ts'

/** `[name, offset, bytes]`; a string stands for its characters' codes. */
const signatures: readonly [string, number, string][] = [
  ['FLAC', 0, 'fLaC'],
  ['Ogg', 0, 'OggS'],
  ['MP3', 0, 'ID3'],
  ['an AIFF sound', 8, 'AIFF'],
  ['an AIFF sound', 8, 'AIFC'],
  ['big-endian WAV', 0, 'RIFX'],
  ['Wave64', 0, 'riff'],
  ['an MP4 or M4A file', 4, 'ftyp'],
  ['a WebM or Matroska file', 0, '\x1a\x45\xdf\xa3'],
  ['an AMR sound', 0, '#!AMR'],
  ['a MIDI file', 0, 'MThd'],
  ['a Windows Media file', 0, '\x30\x26\xb2\x75'],
  ['a PNG picture', 0, '\x89PNG'],
  ['a JPEG picture', 0, '\xff\xd8\xff'],
  ['a GIF picture', 0, 'GIF8'],
  ['a WebP picture', 8, 'WEBP'],
  ['an AVI video', 8, 'AVI '],
  ['a PDF document', 0, '%PDF'],
  ['a ZIP archive', 0, 'PK\x03\x04'],
  ['a gzip archive', 0, '\x1f\x8b'],
]

/** One of the four that are read, or words for what came instead. */
export function soundFormat(bytes: Uint8Array): 'WAV' | CompressedFormat | { readonly other: string } {
  const has = (at: number, text: string) =>
    bytes.length >= at + text.length && Array.from(text).every((c, k) => bytes[at + k] === c.charCodeAt(0))
  if ((has(0, 'RIFF') || has(0, 'RF64')) && has(8, 'WAVE')) return 'WAV'
  const known = signatures.find(([, at, text]) => has(at, text))?.[0]
  if (known === 'FLAC' || known === 'Ogg' || known === 'MP3') return known
  if (known) return { other: known }
  if (bytes.length === 0) return { other: 'an empty file' }
  if (isMpegFrame(bytes)) return 'MP3'
  return { other: isText(bytes) ? 'text' : 'bytes of no known kind' }
}

/** Whether an MPEG audio frame header stands at the start: sync, a layer, a bitrate and a rate that exist. */
function isMpegFrame([first, second, third]: Uint8Array): boolean {
  const sync = first === 0xff && (second & 0xe0) === 0xe0
  const layer = (second >> 1) & 3
  const mpegVersion = (second >> 3) & 3
  return (
    sync &&
    layer !== 0 &&
    mpegVersion !== 1 &&
    third >> 4 !== 15 &&
    third >> 4 !== 0 &&
    ((third >> 2) & 3) !== 3
  )
}

function isText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 512)
  return start.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)
}
