// The JSON of a glTF or GLB and the bytes inside it, with all that no skeleton needs taken out: meshes, materials, pictures
// and whatever needs an extension to be unpacked. So a compressed mesh is no obstacle, nothing is decoded that is not used,
// and what is left costs no more than the file is worth.

import type { GLTF, JSONDocument } from '@gltf-transform/core'
import { tooLarge, unreadable, unsupported } from './gltf-errors.ts'
import { mostJoints } from './skeleton-motion.ts'

/** The most numbers that all animated values have. */
const mostNumbers = 50_000_000

const glbMagic = 0x46546c67
const chunkTypes = { json: 0x4e4f534a, bin: 0x004e4942 }

/**
 * GLB or JSON → the JSON and the buffer that a GLB has inside.
 *
 * @throws TongganError `unreadable-item`, `unsupported-format` for another version
 */
export function splitGltf(bytes: Uint8Array): JSONDocument {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint32(0, true) !== glbMagic)
    return { json: parseJson(bytes), resources: {} }
  if (bytes.length < 20) throw unreadable('a header of 20 bytes', `${bytes.length} bytes`)
  const version = view.getUint32(4, true)
  if (version !== 2) throw unsupported('version 2', String(version))
  const size = view.getUint32(8, true)
  if (size > bytes.length) throw unreadable(`${size} bytes, as it says`, String(bytes.length))
  const resources: Record<string, Uint8Array<ArrayBuffer>> = {}
  let json: GLTF.IGLTF | undefined
  for (let at = 12; at + 8 <= size; ) {
    const length = view.getUint32(at, true)
    const type = view.getUint32(at + 4, true)
    if (at + 8 + length > size)
      throw unreadable(`a chunk of ${length} bytes, as it says`, `${size - at - 8} bytes`)
    const chunk = bytes.subarray(at + 8, at + 8 + length)
    if (type === chunkTypes.json && !json) json = parseJson(chunk)
    // A copy, since the numbers inside must lie at multiples of four.
    else if (type === chunkTypes.bin) resources['@glb.bin'] ??= Uint8Array.from(chunk)
    at += 8 + Math.ceil(length / 4) * 4
  }
  if (!json) throw unreadable('a chunk of JSON', 'none')
  return { json, resources }
}

function parseJson(bytes: Uint8Array): GLTF.IGLTF {
  const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  const version = json?.asset?.version
  if (typeof version !== 'string') throw unreadable('an asset with its version', 'none')
  if (!version.startsWith('2.')) throw unsupported('version 2', version)
  return json
}

/**
 * Takes out of `json` what no skeleton needs.
 *
 * @throws TongganError `unsupported-format` for data outside the file, `too-large` for counts beyond reason
 */
export function keepSkeletons(json: GLTF.IGLTF): void {
  const { accessors = [], animations = [], nodes = [], buffers = [], bufferViews = [] } = json
  if (nodes.length > 16 * mostJoints) throw tooLarge(`${16 * mostJoints} nodes`, String(nodes.length))
  for (const { uri } of buffers) {
    if (uri !== undefined && !uri.startsWith('data:'))
      throw unsupported('data inside the file', `a buffer at ${uri.slice(0, 60)}`)
  }
  for (const node of nodes) {
    for (const extra of ['mesh', 'camera', 'skin', 'weights', 'extensions'] as const) delete node[extra]
  }
  for (const animation of animations) {
    delete animation.extensions
    animation.channels = animation.channels.filter(
      ({ target }) => target.node !== undefined && target.path !== 'weights',
    )
  }
  const used = new Set(
    animations.flatMap(({ samplers }) => samplers.flatMap(({ input, output }) => [input, output])),
  )
  let numbers = 0
  json.accessors = accessors.map((accessor, k): GLTF.IAccessor => {
    if (!used.has(k)) return { componentType: 5126, count: 1, type: 'SCALAR' }
    if (accessor.bufferView === undefined) throw unreadable('animated values in a buffer', 'none')
    delete accessor.extensions
    numbers += accessor.count * 4
    if (!(numbers <= mostNumbers)) throw tooLarge(`${mostNumbers} animated numbers`, 'more')
    return accessor
  })
  for (const view of bufferViews) delete view.extensions
  for (const key of [
    'meshes',
    'materials',
    'textures',
    'images',
    'samplers',
    'skins',
    'cameras',
    'extensionsUsed',
    'extensionsRequired',
  ] as const) {
    delete json[key]
  }
}
