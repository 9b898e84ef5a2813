// What kind of picture a file is, by its first bytes: names lie. The table of other kinds is only there to say in an
// error what came instead.

import { TongganError } from '../../spec/errors.ts'

export const pictureKinds = ['png', 'jpeg', 'webp', 'avif', 'gif', 'svg'] as const

export type PictureKind = (typeof pictureKinds)[number]

const expected = 'a PNG, JPEG, WebP, AVIF, GIF or SVG picture'

/**
 * @param name of the file, for the error
 * @throws TongganError `unsupported-format` with what was found, `unreadable-item` where there is nothing
 */
export function pictureKind(bytes: Uint8Array, name: string): PictureKind {
  if (bytes.length === 0) throw notAPicture('unreadable-item', 'an empty file', name)
  const found = sniff(bytes)
  if (isPictureKind(found)) return found
  throw notAPicture('unsupported-format', found, name)
}

function isPictureKind(found: string): found is PictureKind {
  return (pictureKinds as readonly string[]).includes(found)
}

function notAPicture(code: 'unsupported-format' | 'unreadable-item', received: string, path: string) {
  const remedy = 'convert it, or leave the cell empty where the sense is missing'
  return new TongganError(code, { operation: 'read picture', expected, received, remedy, path })
}

/** `?` is any byte. First match wins. */
const signatures: readonly (readonly [start: string, kind: string])[] = [
  ['\x89PNG\r\n\x1a\n', 'png'],
  ['\xff\xd8\xff', 'jpeg'],
  ['GIF87a', 'gif'],
  ['GIF89a', 'gif'],
  ['RIFF????WEBP', 'webp'],
  ['????ftypavif', 'avif'],
  ['????ftypavis', 'avif'],
  ['RIFF????WAVE', 'a WAV sound'],
  ['RIFF', 'a RIFF file (no picture)'],
  ['????ftyphei', 'a HEIC picture'],
  ['????ftyphev', 'a HEIC picture'],
  ['????ftyp', 'a video or another ISO media file'],
  ['OggS', 'an OGG sound'],
  ['fLaC', 'a FLAC sound'],
  ['ID3', 'an MP3 sound'],
  ['\xff\xfb', 'an MP3 sound'],
  ['\x1aE\xdf\xa3', 'a Matroska or WebM video'],
  ['II*\0', 'a TIFF picture'],
  ['MM\0*', 'a TIFF picture'],
  ['BM????\0\0\0\0', 'a BMP picture'],
  ['\0\0\x01\0', 'an ICO picture'],
  ['\xff\x0a', 'a JPEG XL picture'],
  ['\0\0\0\x0cJXL ', 'a JPEG XL picture'],
  ['8BPS', 'a Photoshop file'],
  ['%PDF', 'a PDF document'],
  ['\x1f\x8b', 'a gzip archive (a compressed SVG must be unpacked first)'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x93NUMPY', 'a NumPy array'],
]

function sniff(bytes: Uint8Array): string {
  const signature = signatures.find(([start]) => startsWith(bytes, start))
  if (signature) return signature[1]
  const text = startOfText(bytes)
  if (text === undefined) return 'bytes of an unknown kind'
  if (/<([\w.-]+:)?svg[\s/>:]/i.test(text)) return 'svg'
  if (/^\s*<(!doctype html|html)/i.test(text)) return 'an HTML page'
  return `text (${JSON.stringify(text.trim().slice(0, 24))})`
}

function startsWith(bytes: Uint8Array, start: string): boolean {
  if (bytes.length < start.length) return false
  for (let k = 0; k < start.length; k++) {
    if (start[k] !== '?' && bytes[k] !== start.charCodeAt(k)) return false
  }
  return true
}

/** The first 64 KiB as text (an SVG may open with long comments), or undefined where they are none. */
function startOfText(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, 65_536)
  const label = utf16Label(head)
  if (!label && head.includes(0)) return undefined
  try {
    return new TextDecoder(label ?? 'utf-8', { fatal: true }).decode(head, { stream: true })
  } catch {
    const latin = new TextDecoder('latin1').decode(head)
    return /<\?xml|<svg/.test(latin) ? latin : undefined
  }
}

/** `utf-16le` or `utf-16be` where a byte order mark, or a `<` with a zero beside it, says so. */
export function utf16Label(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be'
  return undefined
}
