// What was left out, in few words: how many, and the first reasons.

import type { Problem } from '../spec/dataset.ts'
import type { Language } from './language.ts'

/** For people, and for programs. */
const shown = 5
const listed = 1000

/** For `--json`. */
export function problemsAsJson(problems: readonly Problem[]): Record<string, unknown> {
  return {
    count: problems.length,
    first: problems.slice(0, listed).map(({ row, view, error }) => ({
      ...(row !== undefined && { row }),
      ...(view !== undefined && { view }),
      code: error.code,
      message: error.message,
    })),
  }
}

/** For people; empty where there are none. */
export function problemsAsText(problems: readonly Problem[], language: Language): string {
  if (problems.length === 0) return ''
  const count = problems.length
  const head = language === 'zh' ? `略去 ${count} 项：` : `left out ${count}:`
  const lines = problems.slice(0, shown).map(({ error }) => `  ${error.message}`)
  const rest = count - lines.length
  if (rest > 0)
    lines.push(
      language === 'zh'
        ? `  …… 另有 ${rest} 项（--json 会逐一列出）`
        : `  … and ${rest} more (--json lists them)`,
    )
  return [head, ...lines].join('\n')
}
