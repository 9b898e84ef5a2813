// A fitted space in memory: its manifest and one ONNX graph a modality, each opened when first used. Whatever
// fitted it, a space is only this.

import { publishFolder } from '#platform/files'
import { openGraph } from '../graph/session.ts'
import { firstNonFinite } from '../math/first-non-finite.ts'
import type { OrtSession, OrtSessionOptions } from '../platform/ort.ts'
import { TongganError } from '../spec/errors.ts'
import { densify, type FeatureChunk } from '../spec/features.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { PairCalibration, Space, SpaceAncestor, SpaceModality } from '../spec/space.ts'
import { floats } from '../spec/tensor.ts'
import { type Manifest, manifestName } from './manifest.ts'

/** Where a space runs, and what messages call it. */
export interface OnnxSpaceOptions extends OrtSessionOptions {
  /** What messages call it; default: its hash's first letters. */
  name?: string
}

/** Made by `fitSpace` or `openSpace`. */
export class OnnxSpace implements Space {
  readonly manifest: Manifest
  readonly #graphs: ReadonlyMap<string, Uint8Array>
  readonly #options: OnnxSpaceOptions
  readonly #sessions = new Map<ModalityName, Promise<OrtSession>>()

  /** @param graphs by file name, already checked against the manifest */
  constructor(manifest: Manifest, graphs: ReadonlyMap<string, Uint8Array>, options: OnnxSpaceOptions = {}) {
    this.manifest = manifest
    this.#graphs = graphs
    this.#options = options
  }

  get name(): string {
    return this.#options.name ?? `space ${this.hash.slice(0, 8)}`
  }

  get hash(): string {
    return this.manifest.hash
  }

  get dim(): number {
    return this.manifest.dim
  }

  get modalities(): readonly SpaceModality[] {
    return this.manifest.modalities
  }

  get calibration(): Readonly<Record<string, PairCalibration>> | undefined {
    return this.manifest.calibration
  }

  get paired(): Space['paired'] {
    return this.manifest.paired
  }

  get ancestors(): readonly SpaceAncestor[] {
    const { growth = [] } = this.manifest
    return growth.map(({ ancestor }, k) => ({
      hash: ancestor,
      changed: growth.slice(k).map(({ sense }) => sense),
    }))
  }

  async embed(modality: ModalityName, features: FeatureChunk): Promise<Float32Array> {
    const { featureDim } = this.#modality(modality)
    if (features.dim !== featureDim) {
      throw new TongganError('shape-mismatch', {
        operation: `project ${modality}`,
        expected: `rows of ${featureDim} (${this.name})`,
        received: String(features.dim),
        remedy: "encode with the space's own encoder",
      })
    }
    if (features.rows === 0) return new Float32Array(0)
    const session = await this.#session(modality)
    const { embedding } = await session.run({
      features: floats([features.rows, featureDim], densify(features)),
    })
    const data = embedding.data as Float32Array
    const bad = firstNonFinite(data)
    if (bad >= 0) {
      throw new TongganError('not-finite', {
        operation: `project ${modality}`,
        expected: 'finite embeddings',
        received: `${data[bad]} in row ${Math.floor(bad / this.dim)} of the chunk`,
        remedy: 'look for NaN or infinite features in that item',
      })
    }
    return data
  }

  /** The ONNX graph of one modality: `features` `[batch, featureDim]` → `embedding` `[batch, dim]`. */
  graph(modality: ModalityName): Uint8Array {
    return this.#graphs.get(this.#modality(modality).graph)!
  }

  toFiles(): Map<string, Uint8Array> {
    const manifest = new TextEncoder().encode(`${JSON.stringify(this.manifest, null, 2)}\n`)
    return new Map([...this.#graphs, [manifestName, manifest]])
  }

  async save(folder: string): Promise<void> {
    await publishFolder(folder, this.toFiles(), manifestName)
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const session of sessions) await (await session).close()
  }

  #modality(name: ModalityName): Manifest['modalities'][number] {
    const found = this.manifest.modalities.find((modality) => modality.name === name)
    if (found) return found
    throw new TongganError('bad-space', {
      operation: `project ${name}`,
      expected: this.modalities.map((modality) => modality.name).join(' or '),
      received: name,
      remedy: `fit a space with ${name} among its senses`,
    })
  }

  #session(modality: ModalityName): Promise<OrtSession> {
    let session = this.#sessions.get(modality)
    if (!session) {
      session = openGraph(this.graph(modality), this.#options)
      this.#sessions.set(modality, session)
    }
    return session
  }
}
