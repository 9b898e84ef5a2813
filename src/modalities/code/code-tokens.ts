// Cuts code of any language into words and marks, without knowing the language. Words are what people chose: names
// split where camelCase, snake_case, kebab-case and digits split them, words of comments and strings; they are cut as
// text is, so that a word is the same word in both. Marks are what the language gives: flags, operators, brackets.
// A grammar of each language would see more, but only of the languages that it has.

import { normaliseText, type Segment, segmentText } from '../text/segment.ts'

/** A word, a part of one or a number, as text has it; a name of several words as a whole; or a mark. */
export interface CodeToken {
  readonly kind: Exclude<Segment['kind'], 'punctuation'> | 'name' | 'mark'
  readonly text: string
}

/**
 * The tokens of `code`, in order. Case survives in marks only: `-R` and `-r` are two.
 *
 * | code | words | names | marks |
 * |---|---|---|---|
 * | `getElementById` | get element by id | getelementbyid | |
 * | `max_size2` | max size 2 | | |
 * | `--output-dir` | output dir | | `--output-dir` |
 * | `-xz` | x z | xz | `-xz` `-x` `-z` |
 * | `a[i] += 2` | a i 2 | | `[` `]` `+=` |
 */
export function codeTokens(code: string): CodeToken[] {
  const tokens: CodeToken[] = []
  for (const { 0: text, groups } of code.toWellFormed().normalize('NFKC').matchAll(token)) {
    if (groups?.flag) addFlag(text, tokens)
    else if (groups?.mark) tokens.push({ kind: 'mark', text })
    else addName(text, tokens)
  }
  return tokens
}

// A flag begins a word: `--output-dir`, `-xzf`, `/s`; not the minus of `a-b` or the slash of a path.
const flag = String.raw`(?<![\p{L}\p{M}\p{N}_\-/)\]])(?:--?[\p{L}\p{N}?][\p{L}\p{N}_-]*|\/[\p{L}?](?![\p{L}\p{N}/]))`
const name = String.raw`[\p{L}_$][\p{L}\p{M}\p{N}_$]*|\p{N}[\p{N}.]*`
const bracket = String.raw`[()[\]{}"'\x60,;]`
// An operator ends where a flag begins: `[-x|--extract]`.
const sign = String.raw`[^\p{L}\p{M}\p{N}\p{Z}\p{C}\s_$()[\]{}"'\x60,;]`
const operator = String.raw`${sign}(?:(?!--?\p{L})${sign})*`
const token = new RegExp(`(?<flag>${flag})|(?<name>${name})|(?<mark>${bracket}|${operator})`, 'gu')

/** The most letters of `-xzf` that are taken for flags of one letter each; longer ones are words (`-recursive`). */
const mostLetters = 5

function addFlag(text: string, tokens: CodeToken[]): void {
  tokens.push({ kind: 'mark', text })
  const letters = /^-(\p{L}+)$/u.exec(text)?.[1] ?? ''
  if (letters.length < 2 || letters.length > mostLetters) {
    for (const part of text.split(/[-/]+/u)) addName(part, tokens)
    return
  }
  for (const letter of letters) {
    tokens.push({ kind: 'mark', text: `-${letter}` })
    addName(letter, tokens)
  }
  tokens.push({ kind: 'name', text: normaliseText(letters) })
}

const caseChange = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu

function addName(text: string, tokens: CodeToken[]): void {
  for (const part of text.split(/[_$]+/u)) {
    const words = part.split(caseChange)
    for (const { kind, text: word } of words.flatMap((word) => segmentText(normaliseText(word)))) {
      if (kind !== 'punctuation') tokens.push({ kind, text: word })
    }
    if (words.length > 1) tokens.push({ kind: 'name', text: normaliseText(part) })
  }
}
