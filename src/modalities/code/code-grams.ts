// What code is made of, as the encoder sees it: the words of its names, comments and strings with the very grams that
// text has of them, so that a name in code and the word in text are one column before anything is learnt; and marks,
// of a family of their own, since `-` as a flag's dash is no word.

import type { GramFamily, HashedRow } from '../text/hashed-row.ts'
import { addSegmentGrams, addWord, textFamilies } from '../text/text-grams.ts'
import type { CodeToken } from './code-tokens.ts'

const markFamily = textFamilies.length

/** Those of text, then marks, lightly weighed: on validation pages of shell commands heavier ones drown the words. */
export const codeFamilies: readonly GramFamily[] = [...textFamilies, { seed: 2, weight: 0.3 }]

/** Adds the grams of one item. Neighbouring words and numbers also give their pair, whatever marks stand between. */
export function addCodeGrams(tokens: readonly CodeToken[], row: HashedRow): void {
  let before: string | undefined
  for (const { kind, text } of tokens) {
    if (kind === 'mark') addWord(text, row, markFamily)
    else if (kind === 'name') addSegmentGrams({ kind: 'word', text }, row)
    else {
      addSegmentGrams({ kind, text }, row)
      const pairs = kind !== 'dense' && kind !== 'symbol'
      if (pairs && before !== undefined) addWord(`${before} ${text}`, row)
      before = pairs ? text : undefined
    }
  }
}
