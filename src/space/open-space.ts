// Opening a space that came from anywhere: the manifest is checked, every file is compared with it, and every graph
// passes the strict reader before a runtime sees it (DESIGN §4).

import { openFolder } from '#platform/files'
import { checkModel } from '../graph/read-model.ts'
import type { FileSource, Folder } from '../platform/files.ts'
import { sha256 } from '../platform/sha256.ts'
import { TongganError } from '../spec/errors.ts'
import { hashOfSpace } from './make-space.ts'
import { type Manifest, manifestName, parseManifest } from './manifest.ts'
import { OnnxSpace, type OnnxSpaceOptions } from './onnx-space.ts'

/** The largest `space.json` and the largest graph that are read. */
const maxManifestBytes = 16 * 2 ** 20
const maxGraphBytes = 512 * 2 ** 20

const unchangedCopy = 'fit the space again, or fetch an unchanged copy'

/**
 * @param source a folder, its URL, or its files by name (`space.toFiles()`)
 * @throws TongganError `missing-file` for a folder or a file that is not there, `bad-space` for one that is not as
 * the manifest says, `bad-graph` for a graph that ours could not be
 */
export async function openSpace(source: FileSource, options: OnnxSpaceOptions = {}): Promise<OnnxSpace> {
  const folder = await openFolder(source)
  const manifest = parseManifest(
    await readFrom(folder, manifestName, maxManifestBytes),
    inFolder(folder, manifestName),
  )
  const graphs = new Map<string, Uint8Array>()
  for (const file of manifest.files) graphs.set(file.name, await readChecked(folder, file))
  if (manifest.hash !== (await hashOfSpace(manifest))) {
    throw badSpace(folder, manifestName, 'a manifest that belongs to its files', 'one that was changed')
  }
  for (const modality of manifest.modalities) {
    const bytes = graphs.get(modality.graph)
    if (!bytes) throw badSpace(folder, manifestName, `${modality.graph} among its files`, 'a list without it')
    checkGraph(folder, bytes, modality, manifest.dim)
  }
  return new OnnxSpace(manifest, graphs, { name: folder.name, ...options })
}

async function readFrom(folder: Folder, name: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await folder.read(name, maxBytes)
  } catch (error) {
    if (!(error instanceof TongganError)) throw error
    const remedy = name === manifestName ? 'name the folder that a space was saved in' : unchangedCopy
    throw error.with({ operation: 'open space', path: inFolder(folder, name), remedy })
  }
}

async function readChecked(
  folder: Folder,
  { name, bytes, sha256: expected }: Manifest['files'][number],
): Promise<Uint8Array> {
  const content = await readFrom(folder, name, maxGraphBytes)
  if (content.length !== bytes) throw badSpace(folder, name, `${bytes} bytes`, `${content.length}`)
  const hash = await sha256(content)
  if (hash !== expected)
    throw badSpace(folder, name, `SHA-256 ${expected.slice(0, 12)}…`, `${hash.slice(0, 12)}…`)
  return content
}

function checkGraph(
  folder: Folder,
  bytes: Uint8Array,
  { graph, featureDim }: Manifest['modalities'][number],
  dim: number,
): void {
  try {
    checkModel(bytes, {
      inputs: { features: { type: 'float32', shape: ['batch', featureDim] } },
      outputs: { embedding: { type: 'float32', shape: ['batch', dim] } },
    })
  } catch (error) {
    if (!(error instanceof TongganError)) throw error
    throw error.with({ path: inFolder(folder, graph), remedy: unchangedCopy })
  }
}

function badSpace(folder: Folder, file: string, expected: string, received: string): TongganError {
  return new TongganError('bad-space', {
    operation: 'open space',
    path: inFolder(folder, file),
    expected,
    received,
    remedy: unchangedCopy,
  })
}

function inFolder(folder: Folder, file: string): string {
  return folder.name ? `${folder.name}/${file}` : file
}
