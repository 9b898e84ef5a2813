import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normaliseText, segmentText } from './segment.ts'

const cut = (text: string) =>
  segmentText(normaliseText(text))
    .map(({ kind, text }) => `${kind}:${text}`)
    .join(' ')

test.each([
  ["Don't panic", 'word:dont word:panic'],
  ['ＡＢＣ ﬁne CRÈME', 'word:abc word:fine word:crème'],
  ['ΣΊΣΥΦΟΣ', 'word:σίσυφοσ'],
  ['İstanbul', 'word:i̇stanbul'],
  ['通感：跨模态', 'dense:通感 punctuation:: dense:跨模态'],
  ['iPhone手机', 'word:iphone dense:手机'],
  ['東京タワー', 'dense:東京 dense:タワー'],
  ['ｶﾞﾗｽ', 'dense:ガラス'],
  ['한국어 문장', 'syllables:한국어 syllables:문장'],
  ['ภาษาไทย', 'dense:ภาษาไทย'],
  ['हिन्दी में', 'word:हिन्दी word:में'],
  ['مرحـبا بك', 'word:مرحبا word:بك'],
  ['привет hello', 'word:привет word:hello'],
  ['приветhello', 'word:привет word:hello'],
  ['3.14 1,000 v2', 'number:3.14 number:1,000 word:v number:2'],
  ['c++ 5€', 'word:c symbol:+ symbol:+ number:5 symbol:€'],
  ['👨‍👩‍👧', 'symbol:👨 symbol:👩 symbol:👧'],
  ['👋🏽❤️', 'symbol:👋 symbol:🏽 symbol:❤'],
  ['🇨🇳🇬🇧', 'symbol:🇨🇳 symbol:🇬🇧'],
  ['well-known, yes.', 'word:well punctuation:- word:known punctuation:, word:yes punctuation:.'],
  ['\ufeffa\u00adb\u200bc', 'word:abc'],
  ['\ud800', 'symbol:�'],
  [' \t\u3000', ''],
])('%j is cut into %j', (text, expected) => {
  expect(cut(text)).toBe(expected)
})

test('normalising twice changes nothing more, and composed and decomposed letters are one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      const once = normaliseText(text)
      expect(normaliseText(once)).toBe(once)
      expect(segmentText(normaliseText(text.toWellFormed().normalize('NFD')))).toEqual(segmentText(once))
    }),
  )
})

test('nothing is lost but spaces, marks without letters and what is said to be dropped', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'é', '猫', 'か', '한', '7', '☃', ' ', '!') })
  fc.assert(
    fc.property(letters, (text) => {
      const joined = segmentText(normaliseText(text)).map(({ text }) => text)
      expect(joined.join('')).toBe(text.replaceAll(' ', ''))
    }),
  )
})
