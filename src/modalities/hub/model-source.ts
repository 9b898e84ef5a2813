// Which source a person means by `model`: `org/name` is the hub's; a path that begins with `.` or `/` (or a drive), an
// address and files in memory are a model's own folder.

import { openFolder } from '#platform/files'
import { hubSettings, openModelStore } from '#platform/model-store'
import type { FileSource, Folder } from '../../platform/files.ts'
import { TongganError } from '../../spec/errors.ts'
import type { LongCall } from '../../spec/progress.ts'
import { openHubModel } from './hub-model.ts'
import type { ModelSource } from './model-files.ts'

export interface ModelSourceOptions extends LongCall {
  /** Branch, tag or commit on the hub. Default `main`, which is pinned to its commit when first downloaded. */
  revision?: string
  /** Address of the hub or a mirror. Default: `HF_ENDPOINT`, else https://huggingface.co. */
  endpoint?: string
  /**
   * For models that one must be let in to. It is sent to the endpoint and nowhere else, and never saved. Default:
   * `HF_TOKEN`, where the endpoint is the environment's, too.
   */
  token?: string
  /** Use only what was downloaded before. Default: whether `HF_HUB_OFFLINE` is set. */
  offline?: boolean
  /** Where downloads are kept. Default: `TONGGAN_MODELS`, else `models` in the machine's cache. */
  modelsFolder?: string
}

/** ONNX Runtime takes no larger model from memory either. */
const maxBytes = 2 ** 31

/** @throws TongganError `missing-file`, `service-failed`, `wrong-usage` */
export async function openModelSource(model: FileSource, options: ModelSourceOptions): Promise<ModelSource> {
  if (typeof model === 'string' && !isPlace(model)) {
    if (!/^[\w.-]+\/[\w.-]+$/.test(model)) throw notAModel(model)
    const settings = hubSettings()
    const { endpoint = settings.endpoint } = options
    return openHubModel(model, openModelStore(options.modelsFolder), {
      endpoint,
      token: options.token ?? (endpoint === settings.endpoint ? settings.token : undefined),
      offline: options.offline ?? settings.offline,
      revision: options.revision ?? 'main',
      signal: options.signal,
      onProgress: options.onProgress,
    })
  }
  return folderSource(await openFolder(model))
}

/** Whether `model` is a path or an address, not a name on the hub. */
export function isPlace(model: string): boolean {
  return /^([./\\]|[a-z]:[/\\]|https?:|file:)/i.test(model)
}

function folderSource(folder: Folder): ModelSource {
  return {
    name: folder.name,
    remedy:
      'give the folder of a model with its ONNX files in the folder `onnx`, as transformers.js takes it',
    async prepare() {},
    read: (path) =>
      folder.read(path, maxBytes).catch((error) => {
        if (error instanceof TongganError && error.code === 'missing-file') return undefined
        throw error
      }),
    models: async () => {
      const paths = await folder.list().catch(() => [])
      return paths.filter((path) => path.endsWith('.onnx'))
    },
  }
}

function notAModel(received: string): TongganError {
  return new TongganError('wrong-usage', {
    operation: 'open a pretrained model',
    expected: 'a preset, ORG/NAME on the hub, or a folder that begins with ./ or /',
    received,
  })
}
