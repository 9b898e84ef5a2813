// Which of the two languages the command speaks.

import type { Language } from '../spec/language.ts'

export type { Bilingual, Language } from '../spec/language.ts'

/** `--lang` where it was given, else the system's language; English where that is another one. */
export function languageOf(
  asked: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  const name = asked ?? (LC_ALL || LC_MESSAGES || LANG || 'en')
  return name.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
