// A tower of a pretrained model, loaded by transformers.js and run on one device: tensors in, one output as rows out.

import { asTongganError, TongganError } from '../../spec/errors.ts'
import type { Tensor } from '../../spec/tensor.ts'
import { externalFiles } from './external-data.ts'
import type { HubDevice, HubDtype } from './hub-options.ts'
import { fileSuffix } from './hub-options.ts'
import type { ModelFiles } from './model-files.ts'
import type { Tower } from './tower.ts'
import { loadFromFiles, type Transformers } from './transformers.ts'

/** The output that was taken: `[items, dim]`, or `[items, tokens, dim]`. */
export interface TowerOutput {
  readonly dims: readonly number[]
  readonly data: Float32Array
}

export type Feeds = Readonly<Record<string, Tensor>>

type Model = Awaited<ReturnType<Transformers['PreTrainedModel']['from_pretrained']>>

export class TowerSession {
  readonly #files: ModelFiles
  readonly #path: string
  readonly #external: readonly string[]
  readonly #tower: Tower
  readonly #dtype: HubDtype
  readonly #device: HubDevice | undefined
  #opened: Promise<{ model: Model; library: Transformers }> | undefined
  /** The engines are not re-entrant. */
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(
    files: ModelFiles,
    external: readonly string[],
    options: { tower: Tower; dtype: HubDtype; device?: HubDevice },
  ) {
    this.#files = files
    this.#external = external
    this.#path = weightsPath(options)
    this.#tower = options.tower
    this.#dtype = options.dtype
    this.#device = options.device
  }

  /**
   * Reads the tower's weights, and those that it keeps in files beside it.
   * @throws TongganError `missing-file`, `bad-model` for weights that are no ONNX or lead out of the folder
   */
  static async read(
    files: ModelFiles,
    options: { tower: Tower; dtype: HubDtype; device?: HubDevice },
  ): Promise<TowerSession> {
    const path = weightsPath(options)
    let external: string[]
    try {
      external = externalFiles(await files.bytes(path))
    } catch (cause) {
      if (cause instanceof TongganError) throw cause
      const { message } = cause as Error
      throw files.wrong(
        path,
        'an ONNX model that keeps its weights in files beside it',
        message,
        'download the file again',
      )
    }
    await files.source.prepare(external.map((name) => `onnx/${name}`))
    for (const name of external) await files.bytes(`onnx/${name}`)
    return new TowerSession(files, external, options)
  }

  /** @throws TongganError `engine-failed`, or `bad-model` for a model that cannot be opened or lacks the output */
  run(feeds: Feeds): Promise<TowerOutput> {
    const result = this.#turn.then(() => this.#run(feeds))
    this.#turn = result.catch(() => undefined)
    return result
  }

  async close(): Promise<void> {
    await this.#turn
    const opened = await this.#opened?.catch(() => undefined)
    this.#opened = undefined
    await opened?.model.dispose()
  }

  async #run(feeds: Feeds): Promise<TowerOutput> {
    const { model, library } = await this.#open()
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { type, data, dims }]) => [
        name,
        new library.Tensor(type, data as never, [...dims]),
      ]),
    )
    const outputs = (await model(inputs).catch((error: unknown) => {
      throw asTongganError(error, 'engine-failed', { operation: `run ${this.#files.source.name}` })
    })) as Record<string, { dims: number[]; data: Float32Array; to(type: string): { data: Float32Array } }>
    const output = outputs[this.#tower.outputs.find((name) => name in outputs)!]
    return { dims: [...output.dims], data: output.to('float32').data }
  }

  #open() {
    this.#opened ??= this.#load()
    this.#opened.catch(() => {
      this.#opened = undefined
    })
    return this.#opened
  }

  async #load(): Promise<{ model: Model; library: Transformers }> {
    const device = this.#device
    const model = this.#files.source.name
    if (device === 'webgpu') await requireWebGpu(model)
    const weights = [this.#path, ...this.#external.map((name) => `onnx/${name}`)]
    for (const path of weights) await this.#files.bytes(path)
    try {
      return await loadFromFiles(this.#files.held, async (library, name) => {
        const opened = await library.PreTrainedModel.from_pretrained(name, {
          model_file_name: this.#tower.file,
          dtype: this.#dtype,
          device,
          local_files_only: true,
          use_external_data_format: false,
          session_options: {
            externalData: this.#external.map((path) => ({
              path,
              data: this.#files.held.get(`onnx/${path}`)!,
            })),
          },
        })
        const { outputNames } = opened.sessions.model as { outputNames: readonly string[] }
        const { outputs } = this.#tower
        if (outputs.some((output) => outputNames.includes(output))) return { model: opened, library }
        await opened.dispose()
        throw noOutput(model, outputs, outputNames)
      })
    } catch (error) {
      throw whyNotOpened(error, model, device)
    } finally {
      for (const path of weights) this.#files.forget(path)
    }
  }
}

/** The path of a tower's weights in its model's folder. */
export function weightsPath({ tower, dtype }: { tower: Tower; dtype: HubDtype }): string {
  return `onnx/${tower.file}${fileSuffix(dtype)}.onnx`
}

async function requireWebGpu(model: string): Promise<void> {
  const { navigator } = globalThis as {
    navigator?: { gpu?: { requestAdapter(): Promise<unknown> }; userAgent?: string }
  }
  // Node has no navigator.gpu; there the engine itself finds out, when it opens the model.
  const isNode = /^Node/.test(navigator?.userAgent ?? 'Node')
  if (isNode || (await navigator?.gpu?.requestAdapter())) return
  throw noWebGpu(model, navigator?.gpu ? 'no adapter' : 'a browser without it')
}

function whyNotOpened(error: unknown, model: string, device: HubDevice | undefined): TongganError {
  if (error instanceof TongganError) return error
  const { message } = error as Error
  if (device === 'webgpu' && /webgpu|dawn|adapter|device/i.test(message))
    return noWebGpu(model, message, error)
  if (/unsupported device/i.test(message)) {
    return new TongganError('engine-failed', {
      operation: `open ${model} on ${device}`,
      expected: 'a device that this platform has: cpu or webgpu in Node, wasm or webgpu in a browser',
      received: String(device),
      remedy: 'leave device out for the usual one',
      cause: error,
    })
  }
  return new TongganError('bad-model', {
    operation: `open ${model}`,
    expected: 'a model that ONNX Runtime opens',
    received: message,
    remedy: 'download its files again, or choose another dtype',
    cause: error,
  })
}

function noWebGpu(model: string, received: string, cause?: unknown): TongganError {
  return new TongganError('engine-failed', {
    operation: `open ${model} on webgpu`,
    expected: 'a GPU that WebGPU can use',
    received,
    remedy: 'leave device out to run on the processor; `tonggan doctor` says what this machine has',
    cause,
  })
}

function noOutput(model: string, expected: readonly string[], received: readonly string[]): TongganError {
  return new TongganError('bad-model', {
    operation: `run ${model}`,
    expected: `an output ${expected.join(' or ')}`,
    received: received.join(', '),
    remedy: 'export the tower with its projection, or choose another model',
  })
}
