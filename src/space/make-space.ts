// From fitted graphs to a space: names graphs by their content and writes the manifest that points to them.

import { sha256 } from '../platform/sha256.ts'
import type { SpaceModality } from '../spec/space.ts'
import { formatVersion, type Manifest } from './manifest.ts'
import { OnnxSpace, type OnnxSpaceOptions } from './onnx-space.ts'

export interface FittedModality extends SpaceModality {
  /** ONNX bytes: `features` in, `embedding` out. */
  readonly model: Uint8Array
}

/** What a manifest tells about how a space came to be; embeddings do not depend on it. */
export type FitRecord = Pick<Manifest, 'splits' | 'fit' | 'evaluation' | 'calibration'>

export async function makeSpace(
  dim: number,
  fitted: readonly FittedModality[],
  record: FitRecord,
  options?: OnnxSpaceOptions,
): Promise<OnnxSpace> {
  const graphs = new Map<string, Uint8Array>()
  const modalities: Manifest['modalities'] = []
  const files: Manifest['files'] = []
  for (const { model, name, encoder, featureDim, views } of fitted) {
    const hash = await sha256(model)
    const graph = `${name}-${hash.slice(0, 12)}.onnx`
    graphs.set(graph, model)
    const parameters = encoder.parameters as Manifest['fit']
    modalities.push({
      name,
      encoder: { id: encoder.id, fingerprint: encoder.fingerprint, parameters },
      featureDim,
      views: [...views],
      graph,
    })
    files.push({ name: graph, bytes: model.length, sha256: hash })
  }
  const hash = await hashOfSpace({ dim, modalities, files })
  return new OnnxSpace(
    { format: 'tonggan.space', formatVersion, hash, dim, modalities, ...record, files },
    graphs,
    options,
  )
}

/** SHA-256 over what embeddings depend on: the graphs, their encoders and the dim; not over the record of the fit. */
export async function hashOfSpace({
  dim,
  modalities,
  files,
}: Pick<Manifest, 'dim' | 'modalities' | 'files'>): Promise<string> {
  const defining = [
    dim,
    ...modalities.map(({ name, encoder, featureDim, graph }) => [
      name,
      encoder.id,
      encoder.fingerprint,
      featureDim,
      files.find((file) => file.name === graph)?.sha256,
    ]),
  ]
  return sha256(new TextEncoder().encode(JSON.stringify(defining)))
}
