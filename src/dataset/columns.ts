// The columns of a table: which there may be, and a clear word about one that may not.

import { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityNames, modalityOfView, type ViewName } from '../spec/modality.ts'

export const plainColumns = ['id', 'label', 'split', 'group'] as const

const knownColumns: readonly string[] = [...plainColumns, ...modalityNames]

/** What people also call a column, in English and Chinese. */
const otherNames: Readonly<Record<string, string>> = {
  ...namesFor('text', 'caption title name word words description sentence 文本 文字 名称'),
  ...namesFor('image', 'picture photo img icon drawing 图片 图像'),
  ...namesFor('audio', 'sound speech voice wav 声音 音频 语音'),
  ...namesFor('video', 'movie clip film 视频'),
  ...namesFor('motion', 'bvh mocap animation movement gesture 动作 动画'),
  ...namesFor('code', 'program snippet command 代码 命令'),
  ...namesFor('label', 'class category target tag 标签 类别'),
  ...namesFor('split', 'set subset fold partition 划分'),
  ...namesFor('group', 'speaker source vendor document 分组'),
  ...namesFor('id', 'key uid index 编号'),
}

/** The columns of a table that hold items, in its order. */
export interface Columns {
  readonly names: readonly string[]
  readonly views: readonly { readonly name: ViewName; readonly modality: ModalityName }[]
}

/** @throws TongganError `bad-table` for an unknown column, one that appears twice, or no column of items */
export function checkColumns(names: readonly string[], table: string, row?: number): Columns {
  const seen = new Set<string>()
  for (const name of names) {
    if (!isKnown(name)) throw unknownColumn(name, names, table, row)
    if (seen.has(name)) {
      throw new TongganError('bad-table', {
        operation: 'read table',
        path: table,
        expected: 'each column once',
        received: `${name} twice`,
        remedy: `rename one of them, e.g. to a view of its own (${modalityOfView(name) ? name.split('.')[0] : 'text'}.NAME)`,
      })
    }
    seen.add(name)
  }
  const views = names.filter(modalityOfView).map((name) => ({ name, modality: modalityOfView(name)! }))
  return { names, views }
}

/** A view's own name: letters, digits, `_` and `-`, since `.` and `>` mean something in names of pairs. */
function isKnown(name: string): boolean {
  return (
    knownColumns.includes(name) ||
    (modalityOfView(name) !== undefined && /^[a-z]+\.[\p{L}\p{M}\p{N}_-]+$/u.test(name))
  )
}

function unknownColumn(name: string, names: readonly string[], table: string, row?: number): TongganError {
  const view = name.includes('.') ? name.slice(name.indexOf('.')) : ''
  const nearest = nearestName(name.slice(0, name.length - view.length), knownColumns)
  const suggestion = modalityNames.some((modality) => modality === nearest) ? nearest + view : nearest
  const semicolons = names.length === 1 && /[;\t]/.test(name)
  return new TongganError('bad-table', {
    operation: 'read table',
    path: table,
    row,
    expected: `columns ${plainColumns.join(', ')}, or ${modalityNames.join(', ')}, each of these with an optional .view`,
    received: name === '' ? 'a column without a name' : `column ${name} (of ${names.join(', ')})`,
    remedy: semicolons
      ? 'save the table with commas between the columns'
      : `rename it${name === '' ? '' : ` (is it ${suggestion}?)`} or remove it`,
  })
}

/** The one of `known` that `name` most likely means: another word for it, else the fewest edits away. */
export function nearestName(name: string, known: readonly string[]): string {
  const lower = name.trim().toLowerCase()
  const other = otherNames[lower.replace(/s$/, '')] ?? otherNames[lower]
  if (other && known.includes(other)) return other
  const byDistance = known.map((candidate) => ({
    candidate,
    distance: editDistance(lower, candidate.toLowerCase()),
  }))
  return byDistance.reduce((best, next) => (next.distance < best.distance ? next : best)).candidate
}

/** Levenshtein's distance, by rows of its table. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1] + Number(a[i - 1] !== b[j - 1])
      current.push(Math.min(substituted, previous[j] + 1, current[j - 1] + 1))
    }
    previous = current
  }
  return previous[b.length]
}

function namesFor(column: string, others: string): Record<string, string> {
  return Object.fromEntries(others.split(' ').map((other) => [other, column]))
}
