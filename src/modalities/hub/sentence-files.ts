// What the files of sentence-transformers say of a text model: how tokens become a row (`modules.json`,
// `1_Pooling/config.json`), how long a text may be (`sentence_bert_config.json`), and what goes before it
// (`config_sentence_transformers.json`). All are optional; a model without them says nothing, and is not guessed at.

import type { Json, ModelFiles } from './model-files.ts'
import type { Pooling } from './pooling.ts'

export interface SentenceFiles {
  readonly pooling?: Pooling
  /** Undefined where there is no `modules.json`. */
  readonly normalise?: boolean
  readonly longestTokens?: number
  /** Prompt texts by name. */
  readonly prompts: Readonly<Record<string, string>>
  readonly defaultPrompt?: string
}

const modes: Readonly<Record<string, Pooling>> = {
  cls: 'cls',
  mean: 'mean',
  max: 'max',
  lasttoken: 'last',
  mean_sqrt_len: 'mean-sqrt',
}
const flags: Readonly<Record<string, string>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_lasttoken: 'lasttoken',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len',
  pooling_mode_weightedmean_tokens: 'weightedmean',
}

/** @throws TongganError `bad-model` for modules or poolings that are not those of this page */
export async function readSentenceFiles(files: ModelFiles): Promise<SentenceFiles> {
  await files.source.prepare([
    'modules.json',
    'sentence_bert_config.json',
    'config_sentence_transformers.json',
  ])
  const modules = await files.optionalJson('modules.json')
  const length = ((await files.optionalJson('sentence_bert_config.json')) ?? {}) as Json
  const prompting = ((await files.optionalJson('config_sentence_transformers.json')) ?? {}) as Json
  return {
    ...(modules !== undefined && (await readModules(files, modules))),
    ...(typeof length.max_seq_length === 'number' && { longestTokens: length.max_seq_length }),
    prompts: (prompting.prompts ?? {}) as Record<string, string>,
    ...(typeof prompting.default_prompt_name === 'string' && {
      defaultPrompt: prompting.default_prompt_name,
    }),
  }
}

async function readModules(
  files: ModelFiles,
  modules: unknown,
): Promise<{ pooling?: Pooling; normalise: boolean }> {
  const path = 'modules.json'
  if (!Array.isArray(modules)) throw files.wrong(path, 'a list of modules', typeof modules)
  const kinds = modules.map((module: Json) => ({
    kind: String(module.type).split('.').at(-1),
    path: String(module.path ?? ''),
  }))
  const odd = kinds.find(({ kind }) => !['Transformer', 'Pooling', 'Normalize'].includes(kind ?? ''))
  if (odd) throw files.wrong(path, 'modules Transformer, Pooling and Normalize', `${odd.kind}`, anotherModel)
  const pooling = kinds.find(({ kind }) => kind === 'Pooling')
  return {
    ...(pooling && { pooling: await readPooling(files, `${pooling.path}/config.json`) }),
    normalise: kinds.some(({ kind }) => kind === 'Normalize'),
  }
}

async function readPooling(files: ModelFiles, path: string): Promise<Pooling> {
  const config = await files.json(path)
  const on =
    typeof config.pooling_mode === 'string'
      ? [config.pooling_mode]
      : Object.keys(flags).flatMap((flag) => (config[flag] === true ? [flags[flag]] : []))
  const [mode] = on
  if (on.length === 1 && Object.hasOwn(modes, mode)) return modes[mode]
  throw files.wrong(
    path,
    `one pooling of ${Object.keys(modes).join(', ')}`,
    on.join(' and ') || 'none',
    anotherModel,
  )
}

const anotherModel = 'choose another model, or precompute its features (features:PATH#ROW)'
