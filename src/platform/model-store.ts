// The port to the models that were downloaded. `#platform/model-store` is `model-store.node.ts` (a folder on disk) or
// `model-store.browser.ts` (the browser's Cache Storage). It keeps files by a path and knows nothing of hubs.

/** What the machine says about model hubs, where nothing else is asked for. */
export interface HubSettings {
  /** Address of the hub or a mirror of it: `HF_ENDPOINT`, else https://huggingface.co. */
  readonly endpoint: string
  /** `HF_TOKEN`, for models that one must be let in to. */
  readonly token?: string
  /** `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE` is set. */
  readonly offline: boolean
}

export interface ModelStore {
  /** As a person may look for it. */
  readonly name: string
  /** The bytes kept under a path (`org/name/revision/config.json`); undefined where there are none. */
  read(path: string): Promise<Uint8Array | undefined>
  has(path: string): Promise<boolean>
  /**
   * Keeps what comes under the path once it is whole; a download that breaks off leaves nothing under it.
   * @throws TongganError `write-failed`, or what reading `parts` throws
   */
  write(path: string, parts: AsyncIterable<Uint8Array>): Promise<void>
}

/** What `#platform/model-store` exports. */
export interface ModelStorePlatform {
  /** @param folder default: `TONGGAN_MODELS`, else `models` in the cache's usual place; in a browser, the cache's name */
  openModelStore(folder?: string): ModelStore
  hubSettings(): HubSettings
}
