// Cuts a text into runs of one script, numbers, symbols and punctuation. The segmentation is our own because
// `Intl.Segmenter` differs between engines; normalisation and the classes of characters come from Unicode's own
// tables, which never change for a character once assigned, and from no locale. Dictionaries are left out: where a
// script writes no spaces, short n-grams stand in for words.

export type SegmentKind =
  /** A run of letters of a script that puts spaces between words. */
  | 'word'
  /** A run of letters of a script that does not (Han, kana, Thai, …). */
  | 'dense'
  /** A run of Hangul: words with spaces, but of syllables. */
  | 'syllables'
  | 'number'
  /** One emoji, flag, currency or mathematical sign. */
  | 'symbol'
  /** One punctuation mark. */
  | 'punctuation'

export interface Segment {
  readonly kind: SegmentKind
  readonly text: string
}

/**
 * Compatibility forms, case, final sigma and unpaired surrogates made one: `ＡＢＣ ｶﾞ ﬁ Σας` → `abc ガ fi σασ`.
 * Follows no locale.
 */
export function normaliseText(text: string): string {
  return text.toWellFormed().normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll('ς', 'σ')
}

/**
 * The segments of a normalised text, in order. Spaces, controls and invisible format characters are not among them.
 *
 * - Letters of different scripts never share a segment; combining marks stay with their letter.
 * - An apostrophe between letters joins them and is dropped (`don't` → `dont`); a point or comma between digits stays
 *   (`3.14`).
 * - Emoji sequences come apart into their people and things; skin tones are symbols of their own; the two halves of a
 *   flag stay together.
 */
export function segmentText(text: string): Segment[] {
  const segments: Segment[] = []
  const characters = Array.from(text)
  let run = ''
  let runClass: CharacterClass | undefined
  const endRun = () => {
    if (run && runClass) segments.push({ kind: kindOfClass(runClass), text: run })
    run = ''
    runClass = undefined
  }
  for (let k = 0; k < characters.length; k++) {
    const character = characters[k]
    const what = classOf(character)
    if (what === 'ignored') continue
    if (what === 'mark') {
      if (runClass && runClass !== 'digit') run += character
    } else if (what === 'gap') {
      endRun()
    } else if (what === 'symbol' || what === 'punctuation') {
      const next = k + 1 < characters.length ? classOf(characters[k + 1]) : 'gap'
      if (runClass && next === runClass && joins(character, runClass)) {
        if (runClass === 'digit') run += character
        continue
      }
      endRun()
      const flag = isFlagLetter(character) && isFlagLetter(characters[k + 1] ?? '')
      segments.push({
        kind: what === 'symbol' ? 'symbol' : 'punctuation',
        text: flag ? character + characters[++k] : character,
      })
    } else {
      if (what !== runClass) endRun()
      run += character
      runClass = what
    }
  }
  endRun()
  return segments
}

function joins(character: string, runClass: CharacterClass): boolean {
  return runClass === 'digit' ? '.,'.includes(character) : "'’ʼ".includes(character)
}

function isFlagLetter(character: string): boolean {
  return character >= '\u{1F1E6}' && character <= '\u{1F1FF}' && character.length === 2
}

const denseScripts = 'Han Kana Bopomofo Thai Lao Khmer Myanmar Tibetan Yi'.split(' ')
const syllableScripts = ['Hangul']
const spacedScripts = (
  'Latin Greek Cyrillic Armenian Georgian Hebrew Arabic Syriac Thaana Ethiopic Devanagari Bengali Gurmukhi ' +
  'Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Mongolian Cherokee'
).split(' ')

/** One of `classPatterns`: a script's name for its letters, `Other` for letters of scripts that are not listed. */
type CharacterClass = string

const dense = new Set(denseScripts)
const syllables = new Set(syllableScripts)

function kindOfClass(runClass: CharacterClass): SegmentKind {
  if (runClass === 'digit') return 'number'
  return dense.has(runClass) ? 'dense' : syllables.has(runClass) ? 'syllables' : 'word'
}

/** First match wins. */
const classPatterns: [CharacterClass, RegExp][] = [
  // Tatweel only stretches a word; so do invisible joiners, soft hyphens, byte order marks.
  ['ignored', /[\p{Cf}\u0640]/u],
  ['mark', /\p{M}/u],
  ['digit', /[\p{Nd}\p{No}]/u],
  ['punctuation', /\p{P}/u],
  ['symbol', /\p{S}/u],
  ['gap', /[^\p{L}\p{Nl}]/u],
  ['Kana', /[\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}]/u],
  ...[...denseScripts, ...syllableScripts, ...spacedScripts]
    .filter((script) => script !== 'Kana')
    .map((script): [string, RegExp] => [script, new RegExp(`\\p{Script=${script}}`, 'u')]),
  ['Other', /./su],
]

const knownClasses = new Map<string, CharacterClass>()

function classOf(character: string): CharacterClass {
  let known = knownClasses.get(character)
  if (known === undefined) {
    known = classPatterns.find(([, pattern]) => pattern.test(character))?.[0] ?? 'gap'
    knownClasses.set(character, known)
  }
  return known
}
