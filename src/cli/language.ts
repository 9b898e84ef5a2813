// English and Chinese are equals: whatever the command says to people, it can say in both. Error messages are made of
// facts and are English; JSON has no language.

/** What the command speaks. */
export type Language = 'en' | 'zh'

/** One text in both languages. */
export type Bilingual = Readonly<Record<Language, string>>

/** `--lang` where it was given, else the system's language; English where that is another one. */
export function languageOf(
  asked: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  const name = asked ?? (LC_ALL || LC_MESSAGES || LANG || 'en')
  return name.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
