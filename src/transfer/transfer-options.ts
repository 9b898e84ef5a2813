// What a transfer can be told, and what it does when told nothing. Every default stands here.

import type { OrtSessionOptions } from '../platform/ort.ts'
import type { Split } from '../spec/dataset.ts'
import type { Encoder } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import type { ViewName } from '../spec/modality.ts'
import type { LongCall } from '../spec/progress.ts'
import { defaultTemplates } from './class-names.ts'

/** What `auto` races, in the order in which a tie is decided. */
export const transferMethods = ['student', 'class-mean', 'probe', 'tip-adapter', 'zero-shot'] as const
/** A way of transferring labels. */
export type TransferMethodName = (typeof transferMethods)[number]

/** What `transferLabels` can be told. */
export interface TransferOptions extends LongCall {
  /** The sense whose labels are learned: a modality or a view. */
  from: ViewName
  /** The sense that they shall work on. */
  to: ViewName
  /** Labelled items of `to` a class that may be looked at, 0 to 1,024; each of a list is tried. Default 0. */
  shots?: number | readonly number[]
  /** Default `auto`: the one that does best on held-out groups (`race.ts`). */
  method?: TransferMethodName | 'auto'
  /** Draws of shots, 1 to 100. Default 3. */
  seeds?: number
  /** Whole number from 0: the first of the draws. Default 1. */
  seed?: number
  /** Rows that it is tried on. Default `test`. */
  split?: Split
  /** Class → its names, in any language, for `zero-shot`. Default: the label itself. */
  names?: Readonly<Record<string, string | readonly string[]>>
  /** Sentences with `{}` for the name; a class is the mean over all of them. Default: `defaultTemplates`. */
  templates?: readonly string[]
  /** Encoder of names; needed only where the space's own cannot be made again from its record. */
  textEncoder?: Encoder
  /** True where the space was not fitted on these rows, so that it can be judged on them as it is. Default false. */
  unseen?: boolean
  /** Share of items of known classes that may be refused as "none of these", 0 to 0.5. Default 0.05. */
  refusals?: number
  engine?: OrtSessionOptions
}

export interface ResolvedTransfer {
  from: ViewName
  to: ViewName
  shots: readonly number[]
  method: TransferMethodName | 'auto'
  seeds: number
  seed: number
  split: Split
  names?: TransferOptions['names']
  templates: readonly string[]
  unseen: boolean
  refusals: number
}

/** @throws TongganError `wrong-usage` that names the option */
export function resolveTransferOptions(options: TransferOptions): ResolvedTransfer {
  const { from, to, names, method = 'auto', seeds = 3, seed = 1, split = 'test' } = options
  const { templates = defaultTemplates, unseen = false, refusals = 0.05 } = options
  const shots = [...new Set([options.shots ?? 0].flat())].sort((a, b) => a - b)
  for (const count of shots) requireWhole('shots', count, 0, 1024)
  if (shots.length === 0) throw wrong('shots', 'at least one number', 'none')
  requireWhole('seeds', seeds, 1, 100)
  requireWhole('seed', seed, 0, 2 ** 31 - 1)
  if (method !== 'auto' && !transferMethods.includes(method)) {
    throw wrong('method', ['auto', ...transferMethods].join(' or '), method)
  }
  const plain = templates.find((template) => !template.includes('{}'))
  if (plain !== undefined || templates.length === 0) {
    throw wrong('templates', 'sentences with {} for the name', plain ?? 'none')
  }
  if (!(refusals >= 0 && refusals <= 0.5)) throw wrong('refusals', 'a share from 0 to 0.5', String(refusals))
  return { from, to, shots, method, seeds, seed, split, names, templates, unseen, refusals }
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw wrong(name, `a whole number from ${least} to ${most}`, String(value))
}

function wrong(name: string, expected: string, received: string): TongganError {
  return new TongganError('wrong-usage', { operation: `transfer: ${name}`, expected, received })
}
