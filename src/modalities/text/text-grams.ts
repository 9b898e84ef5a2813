// What a text is made of, as the encoder sees it: words and pairs of words, which carry meaning, and pieces of words,
// which survive inflection, spelling and compounds. Scripts without spaces give n-grams of 1 to 3 characters in place
// of words, since most Chinese words have one or two.

import type { GramFamily, HashedRow } from './hashed-row.ts'
import type { Segment } from './segment.ts'

/** Position of each family in `textFamilies`. */
const wordFamily = 0
const pieceFamily = 1

/** Words, pairs and Han n-grams; pieces of words. */
export const textFamilies: readonly GramFamily[] = [
  { seed: 0, weight: 1 },
  { seed: 1, weight: 1 },
]

/**
 * Adds the grams of one segmented text to `row`.
 *
 * | segment | words | pieces |
 * |---|---|---|
 * | word | itself | its character 3- to 5-grams, with marks at both ends |
 * | dense (Han, kana, Thai, …) | its character 1- to 3-grams | |
 * | syllables (Hangul) | itself | its syllable 1- to 3-grams |
 * | number, symbol | itself | |
 *
 * Neighbouring words and numbers also give their pair, unless punctuation other than a hyphen or slash stands between.
 * Punctuation counts only in a text that has nothing else.
 */
export function addTextGrams(segments: readonly Segment[], row: HashedRow): void {
  const onlyPunctuation = segments.every(({ kind }) => kind === 'punctuation')
  let before: string | undefined
  for (const { kind, text } of segments) {
    if (kind === 'punctuation') {
      if (onlyPunctuation) addWord(text, row)
      if (!'-‐_/'.includes(text)) before = undefined
    } else {
      addSegmentGrams({ kind, text }, row)
      const pairs = kind !== 'dense' && kind !== 'symbol'
      if (pairs && before !== undefined) addWord(`${before} ${text}`, row)
      before = pairs ? text : undefined
    }
  }
}

/** The grams of one segment by itself, punctuation left out. */
export function addSegmentGrams({ kind, text }: Segment, row: HashedRow): void {
  if (kind === 'punctuation') return
  if (kind === 'dense') addPieces(text, 1, 3, wordFamily, row)
  else addWord(text, row)
  if (kind === 'word') addPieces(`${edge}${text}${edge}`, 3, 5, pieceFamily, row)
  if (kind === 'syllables') addPieces(text, 1, 3, pieceFamily, row)
}

/** Marks the ends of a word, so that `^un` differs from `un` within. */
const edge = '\u0002'

let bytes = new Uint8Array(1024)
let starts = new Int32Array(1024)

/** One gram of a family, by default that of words: a word, a pair of them with a space between, a mark. */
export function addWord(word: string, row: HashedRow, family = wordFamily): void {
  const characters = writeUtf8(word)
  row.add(family, bytes, 0, starts[characters])
}

/** All runs of `shortest` to `longest` characters; a text shorter than `shortest` gives none. */
function addPieces(text: string, shortest: number, longest: number, family: number, row: HashedRow): void {
  const characters = writeUtf8(text)
  for (let length = shortest; length <= longest; length++) {
    for (let k = 0; k + length <= characters; k++) row.add(family, bytes, starts[k], starts[k + length])
  }
}

/** `text` into `bytes`, the start of each character and the end of all into `starts`; the number of characters. */
function writeUtf8(text: string): number {
  if (bytes.length < 3 * text.length) {
    bytes = new Uint8Array(6 * text.length)
    starts = new Int32Array(2 * text.length + 1)
  }
  let end = 0
  let characters = 0
  for (let k = 0; k < text.length; k++) {
    const code = text.codePointAt(k)!
    starts[characters++] = end
    if (code < 0x80) bytes[end++] = code
    else {
      if (code < 0x800) bytes[end++] = 0xc0 | (code >> 6)
      else {
        if (code < 0x10000) bytes[end++] = 0xe0 | (code >> 12)
        else {
          bytes[end++] = 0xf0 | (code >> 18)
          bytes[end++] = 0x80 | ((code >> 12) & 0x3f)
          k++
        }
        bytes[end++] = 0x80 | ((code >> 6) & 0x3f)
      }
      bytes[end++] = 0x80 | (code & 0x3f)
    }
  }
  starts[characters] = end
  return characters
}
