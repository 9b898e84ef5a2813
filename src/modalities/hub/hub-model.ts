// A model on a hub that speaks as huggingface.co does (`ENDPOINT/ORG/NAME/resolve/REVISION/FILE`), or a mirror of it.
// Every file is kept; what is kept is never asked for again. A branch is pinned to the commit that it meant when it was
// first used, so that features stay what they are and a model works offline; a mirror that does not tell the commit is
// kept under the branch's name.

import type { HubSettings, ModelStore } from '../../platform/model-store.ts'
import { TongganError } from '../../spec/errors.ts'
import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import { DownloadProgress } from './download-progress.ts'
import type { ModelSource } from './model-files.ts'

export interface HubModelOptions extends HubSettings, LongCall {
  readonly revision: string
}

/** @throws TongganError `service-failed` where the hub cannot be reached, `missing-file` where it has no such model */
export async function openHubModel(
  model: string,
  store: ModelStore,
  options: HubModelOptions,
): Promise<ModelSource> {
  const hub = new Hub(model, store, options)
  await hub.pin()
  return {
    name: model,
    remedy:
      'is it a model with ONNX files, as transformers.js takes it? Choose another, or convert it with Optimum',
    revision: hub.commit,
    prepare: (paths) => hub.download(paths),
    read: (path) => hub.read(path),
    models: async () => [],
  }
}

class Hub {
  commit: string
  readonly #model: string
  readonly #store: ModelStore
  readonly #options: HubModelOptions
  readonly #progress: DownloadProgress

  constructor(model: string, store: ModelStore, options: HubModelOptions) {
    this.#model = model
    this.#store = store
    this.#options = options
    this.commit = options.revision
    const stage = `download ${model}`
    this.#progress = new DownloadProgress(stage, options)
  }

  /** Settles which commit is meant. */
  async pin(): Promise<void> {
    const { revision } = this.#options
    if (/^[0-9a-f]{40}$/.test(revision)) return
    const reference = `${this.#model}/refs/${encodeURIComponent(revision)}`
    const kept = await this.#store.read(reference)
    if (kept) {
      this.commit = new TextDecoder().decode(kept)
      return
    }
    const response = await this.#fetch('config.json')
    if (!response) throw noModel(this.#model, this.#options)
    const commit = response.headers.get('x-repo-commit')
    if (commit && /^[0-9a-f]{40}$/.test(commit)) this.commit = commit
    await this.#keep('config.json', response)
    await this.#store.write(reference, once(new TextEncoder().encode(this.commit)))
  }

  /** What the hub does not have is remembered, too, so that nothing is asked for twice. */
  async read(path: string): Promise<Uint8Array | undefined> {
    const kept = await this.#store.read(this.#place(path))
    if (kept) return kept
    await this.download([path])
    return this.#store.read(this.#place(path))
  }

  /** Fetches what is not kept yet, several files at a time, as one download. */
  async download(paths: readonly string[]): Promise<void> {
    const wanted: string[] = []
    for (const path of paths) if (!(await this.#isSettled(path))) wanted.push(path)
    const responses = await Promise.all(wanted.map((path) => this.#fetch(path)))
    for (const response of responses) this.#progress.expect(response)
    const writes = wanted.map(async (path, k) => {
      const response = responses[k]
      if (response) await this.#keep(path, response)
      else if (!this.#options.offline) await this.#store.write(this.#absence(path), once(new Uint8Array(0)))
    })
    const failed = (await Promise.allSettled(writes)).find(({ status }) => status === 'rejected')
    if (failed) throw (failed as PromiseRejectedResult).reason
  }

  async #isSettled(path: string): Promise<boolean> {
    return (await this.#store.has(this.#place(path))) || (await this.#store.has(this.#absence(path)))
  }

  async #keep(path: string, response: Response): Promise<void> {
    await this.#store.write(this.#place(path), this.#progress.count(response, this.#broken(path)))
  }

  #place(path: string): string {
    return `${this.#model}/${this.commit}/${path}`
  }

  #absence(path: string): string {
    return `${this.#model}/${this.commit}/absent/${path}`
  }

  /** Undefined where the hub has no such file, or offline. @throws TongganError `service-failed` */
  async #fetch(path: string): Promise<Response | undefined> {
    const { endpoint, token, offline, signal } = this.#options
    throwIfAborted(signal, `download ${this.#model}`)
    if (offline) {
      if (path === 'config.json') throw notDownloaded(this.#model, this.#store.name)
      return undefined
    }
    const revision = encodeURIComponent(this.commit)
    const url = `${endpoint.replace(/\/+$/, '')}/${this.#model}/resolve/${revision}/${path}`
    let response: Response
    try {
      // A redirect to another address goes without it, as the standard of fetch says.
      response = await fetch(url, { signal, ...(token && { headers: { authorization: `Bearer ${token}` } }) })
    } catch (cause) {
      throwIfAborted(signal, `download ${this.#model}`)
      throw unreachable(this.#model, endpoint, reasonOf(cause), cause)
    }
    if (response.ok) return response
    await response.body?.cancel()
    // A hub hides what it does not have, and what it does not show to everyone, behind these.
    if ([401, 403, 404, 410].includes(response.status)) return undefined
    throw unreachable(this.#model, endpoint, `HTTP ${response.status} for ${path}`)
  }

  #broken(path: string) {
    return (cause: unknown) => {
      throwIfAborted(this.#options.signal, `download ${this.#model}`)
      return unreachable(this.#model, this.#options.endpoint, `${path} broke off: ${reasonOf(cause)}`, cause)
    }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function reasonOf(cause: unknown): string {
  const { message, cause: deeper } = cause as Error
  return deeper instanceof Error ? `${message} (${deeper.message})` : message
}

function unreachable(model: string, endpoint: string, received: string, cause?: unknown): TongganError {
  return new TongganError('service-failed', {
    operation: `download ${model}`,
    expected: `an answer from ${endpoint}`,
    received,
    remedy:
      'set HF_ENDPOINT to a mirror that you can reach (such as https://hf-mirror.com), or give the folder of a model that you have',
    cause,
  })
}

function noModel(model: string, { revision, endpoint, token }: HubModelOptions): TongganError {
  return new TongganError('missing-file', {
    operation: `download ${model}`,
    path: 'config.json',
    expected: `a model of this name that ${token ? 'your token' : 'everyone'} may read at ${endpoint}, revision ${revision}`,
    received: 'none',
    remedy: token
      ? 'look the name up on the hub, and whether its page asks you for consent'
      : 'look the name up on the hub; for one that asks for consent, give it there and set HF_TOKEN',
  })
}

function notDownloaded(model: string, folder: string): TongganError {
  return new TongganError('missing-file', {
    operation: `open ${model} offline`,
    expected: `it to have been downloaded to ${folder}`,
    received: 'none',
    remedy: 'go online once and try again, or give the folder of the model',
  })
}
