// The one place that imports transformers.js, when the first pretrained encoder is made. It is an optional peer: who
// does not use pretrained encoders does not install it.
//
// Its settings are one object for the whole process, which may use it otherwise, too. So they are changed while a model
// is being loaded, one load at a time, and put back after. During a load all files come out of a cache of ours that
// holds the files of this model and nothing else: transformers.js itself neither touches the network nor the disk.

import { TongganError } from '../../spec/errors.ts'

/** The module `@huggingface/transformers`. */
export type Transformers = typeof import('@huggingface/transformers')

/** Files by their path in the model's folder. */
export type LoadedFiles = ReadonlyMap<string, Uint8Array>

let loaded: Promise<Transformers> | undefined
let turn: Promise<unknown> = Promise.resolve()
let loads = 0

/** @throws TongganError `missing-peer` with the command that installs it */
export function transformers(): Promise<Transformers> {
  loaded ??= import('@huggingface/transformers').catch((cause) => {
    loaded = undefined
    throw new TongganError('missing-peer', {
      operation: 'make a pretrained encoder',
      expected: 'the package @huggingface/transformers',
      received: cause instanceof Error ? cause.message.split('\n')[0] : String(cause),
      remedy: 'run `npm install @huggingface/transformers`',
      cause,
    })
  })
  return loaded
}

/**
 * Runs `load` while transformers.js sees `files`, and only them, as the model that `load` is told the name of.
 * What it warns of meanwhile (a model type it has no class for) is not shown.
 */
export function loadFromFiles<Result>(
  files: LoadedFiles,
  load: (library: Transformers, name: string) => Promise<Result>,
): Promise<Result> {
  const result = turn.then(async () => {
    const library = await transformers()
    const { env, LogLevel } = library
    const name = `tonggan:${++loads}` // no name of the hub has a colon
    const before = { ...pickSettings(env), logLevel: env.logLevel }
    Object.assign(env, {
      allowLocalModels: true,
      remotePathTemplate: '{model}/', // where nothing is fetched: a key by which the cache is asked, too
      useCustomCache: true,
      customCache: cacheOf(name, files),
      logLevel: LogLevel.ERROR,
    })
    keepEngineHere(env)
    try {
      return await load(library, name)
    } finally {
      Object.assign(env, before)
    }
  })
  turn = result.catch(() => undefined)
  return result
}

function pickSettings(env: Transformers['env']) {
  const { allowLocalModels, remotePathTemplate, useCustomCache, customCache } = env
  return { allowLocalModels, remotePathTemplate, useCustomCache, customCache }
}

function cacheOf(name: string, files: LoadedFiles) {
  return {
    async match(key: string) {
      const [, path] = key.split(`${name}/`)
      const bytes = path === undefined ? undefined : files.get(path)
      return bytes && new Response(bytes as Uint8Array<ArrayBuffer>)
    },
    async put() {},
  }
}

/**
 * In a page transformers.js would fetch its engine from a public CDN. The build of the page has the engine's files
 * beside it, where the engine finds them by itself; addresses of the page's own are left as they are.
 */
function keepEngineHere({ backends }: Transformers['env']): void {
  const wasm = backends.onnx.wasm as { wasmPaths?: string | { wasm?: unknown } } | undefined
  const paths = wasm?.wasmPaths
  const address = typeof paths === 'string' ? paths : String(paths?.wasm)
  if (wasm && address.startsWith('https://cdn.jsdelivr.net/')) wasm.wasmPaths = undefined
}
