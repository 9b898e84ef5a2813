// `--workers`, for every command that encodes a table, and how many there are where it is not given.

import { availableParallelism } from 'node:os'
import type { Option, Typed } from './command.ts'
import { wholeOption } from './typed-values.ts'

/** More share memory's speed rather than add to it, and each holds sessions of its own. */
const most = 4
/** Starting one costs the processor as much as some 400 pictures of 64 × 64: two cores break even at about 800 of them. */
const enoughRows = 2000

export const workersOption: Option = {
  name: 'workers',
  value: 'number',
  help: {
    en: `threads that encode pictures, sounds, films and motions (default: one a core, at most ${most}, from ${enoughRows.toLocaleString('en')} rows on; else 1)`,
    zh: `编码图像、声音、视频和动作的线程数（默认：${enoughRows.toLocaleString('en')} 行起每核一个，至多 ${most} 个；否则 1 个）`,
  },
}

/** @param rows of the tables that are encoded */
export function workersOf(typed: Typed, rows: number): number {
  return wholeOption(typed, 'workers', 1) ?? (rows >= enoughRows ? Math.min(most, availableParallelism()) : 1)
}
