// How many rows a fit had, and which of them it was judged on: a line of what `fit` and `extend` say.

import type { Manifest } from '../space/manifest.ts'
import type { Language } from './language.ts'

/** Where validation took turns (`validationTurns`), rows that were made `val` are among those of training. */
export function rowsLine(
  { rows: { train = 0, val = 0, test = 0 } }: Manifest['splits'],
  turns: readonly { held: number }[],
  language: Language,
): string {
  const held = turns.map((turn) => turn.held)
  const judged = held.reduce((sum, count) => sum + count, 0)
  if (turns.length < 2 || judged <= val)
    return language === 'zh'
      ? `行数：训练 ${train}，验证 ${val}，测试 ${test}`
      : `Rows: ${train} train, ${val} val, ${test} test`
  const [least, most] = [Math.min(...held), Math.max(...held)]
  if (language === 'zh') {
    const each = least === most ? `${most}` : `${least} 至 ${most}`
    return `行数：训练 ${train + val}（分 ${turns.length} 轮验证，每轮 ${each} 行），测试 ${test}`
  }
  const each = least === most ? `${most}` : `${least} to ${most}`
  return `Rows: ${train + val} train, validated in ${turns.length} turns of ${each}, ${test} test`
}
