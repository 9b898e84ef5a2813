// What kind of file some bytes are, told by the bytes and never by the name. Kinds that are not read are known too, so
// that the message can say what came.

/** `[name, offset, text]` */
const others: readonly [string, number, string][] = [
  ['a binary FBX file', 0, 'Kaydara FBX Binary'],
  ['a text FBX file', 0, '; FBX'],
  ['an ASF skeleton', 0, ':version'],
  ['a USD crate', 0, 'PXR-USDC'],
  ['an MP4 video', 4, 'ftyp'],
  ['a WebM or Matroska file', 0, '\x1a\x45\xdf\xa3'],
  ['a WAV sound', 0, 'RIFF'],
  ['a PNG picture', 0, '\x89PNG'],
  ['a JPEG picture', 0, '\xff\xd8\xff'],
  ['a GIF picture', 0, 'GIF8'],
  ['a NumPy matrix', 0, '\x93NUMPY'],
  ['a PDF document', 0, '%PDF'],
  ['a ZIP archive', 0, 'PK\x03\x04'],
  ['a gzip archive', 0, '\x1f\x8b'],
]

/** One of the two that are read, or words for what came instead. */
export function motionFormat(bytes: Uint8Array): 'BVH' | 'glTF' | { readonly other: string } {
  const start = String.fromCharCode(...bytes.subarray(0, 256))
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart()
  if (start.startsWith('glTF') || text.startsWith('{')) return 'glTF'
  if (/^HIERARCHY\b/i.test(text)) return 'BVH'
  const known = others.find(([, at, signature]) => start.startsWith(signature, at))?.[0]
  if (known) return { other: known }
  if (bytes.length === 0) return { other: 'an empty file' }
  return { other: /^[\t\n\r\x20-\x7e]*$/.test(start) ? 'text of another kind' : 'bytes of no known kind' }
}
