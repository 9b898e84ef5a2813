// What to do after a fit: the last lines of what `fit`, `extend` and `adapt` say. Splits that we make have no test rows, so
// that the command for measuring names the rows that are there, and how to get fair ones is told.

import type { Row } from '../spec/dataset.ts'
import type { Language } from './language.ts'

/** @param rows of the table that was fitted on */
export function nextLines(
  rows: readonly Pick<Row, 'split'>[],
  space: string,
  table: string,
  language: Language,
): string[] {
  const has = (wanted: Row['split']) => rows.some(({ split }) => split === wanted)
  const next = language === 'zh' ? '接下来：' : 'Next: '
  if (has('test')) return [`${next}tonggan evaluate ${space} ${table}`]
  const note =
    language === 'zh'
      ? '没有测试行，无法公平衡量：请在 split 列中把一些行写为 test'
      : 'No test rows to measure it by fairly: write test for some in the column split'
  return [
    note,
    has('val')
      ? `${next}tonggan evaluate ${space} ${table} --split val`
      : `${next}tonggan index ${space} ${table}`,
  ]
}
