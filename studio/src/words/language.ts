// English and Chinese are equals: every page keeps its words in both, side by side, and the compiler refuses a word that
// one of them lacks. `say()` reads the language's signal, so whatever was drawn with it is drawn again when it changes.

import type { Language } from 'tonggan'
import { language } from '../state/preferences.ts'

/**
 * @example
 * const say = dictionary({ en: { found: (n: number) => `${n} found` }, zh: { found: (n) => `找到 ${n} 项` } })
 * const Found = () => <p>{say().found(3)}</p>
 */
export function dictionary<Words>(words: Readonly<Record<Language, Words>>): () => Words {
  return () => words[language.value]
}
