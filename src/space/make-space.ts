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
export type FitRecord = Pick<Manifest, 'splits' | 'fit' | 'evaluation' | 'calibration' | 'paired' | 'growth'>

export async function makeSpace(
  dim: number,
  fitted: readonly FittedModality[],
  record: FitRecord,
  options?: OnnxSpaceOptions,
): Promise<OnnxSpace> {
  return assemble(dim, await Promise.all(fitted.map(named)), record, options)
}

/** `space` with one graph more, or with one in the place of its sense's; all others stay as they are, byte for byte. */
export async function makeGrown(
  space: OnnxSpace,
  fitted: FittedModality,
  record: FitRecord,
  options?: OnnxSpaceOptions,
): Promise<OnnxSpace> {
  const { dim, modalities, files } = space.manifest
  const kept = modalities.map((modality) => ({
    modality,
    file: files.find(({ name }) => name === modality.graph)!,
    model: space.graph(modality.name),
  }))
  const grown = await named(fitted)
  const at = kept.findIndex(({ modality }) => modality.name === fitted.name)
  kept.splice(at < 0 ? kept.length : at, at < 0 ? 0 : 1, grown)
  return assemble(dim, kept, record, options)
}

/** A graph with its place in the manifest. */
interface NamedGraph {
  readonly modality: Manifest['modalities'][number]
  readonly file: Manifest['files'][number]
  readonly model: Uint8Array
}

async function named({ model, name, encoder, featureDim, views }: FittedModality): Promise<NamedGraph> {
  const hash = await sha256(model)
  const graph = `${name}-${hash.slice(0, 12)}.onnx`
  const parameters = encoder.parameters as Manifest['fit']
  return {
    modality: {
      name,
      encoder: { id: encoder.id, fingerprint: encoder.fingerprint, parameters },
      featureDim,
      views: [...views],
      graph,
    },
    file: { name: graph, bytes: model.length, sha256: hash },
    model,
  }
}

async function assemble(
  dim: number,
  graphs: readonly NamedGraph[],
  record: FitRecord,
  options?: OnnxSpaceOptions,
): Promise<OnnxSpace> {
  const modalities = graphs.map(({ modality }) => modality)
  const files = graphs.map(({ file }) => file)
  const hash = await hashOfSpace({ dim, modalities, files })
  return new OnnxSpace(
    { format: 'tonggan.space', formatVersion, hash, dim, modalities, ...record, files },
    new Map(graphs.map(({ file, model }) => [file.name, model])),
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
