// Sentences of a language that nobody speaks, the same at every run: 20,000 words of two to four syllables, common
// and rare ones as in real languages (Zipf).

/** Numbers from 0 to 1 (Lehmer's generator). */
export function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const syllables = [...'bdfgklmnprst'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel))
const vocabulary = 20_000

function word(number: number): string {
  let rest = number + syllables.length
  let text = ''
  while (rest > 0) {
    text += syllables[rest % syllables.length]
    rest = Math.floor(rest / syllables.length)
  }
  return text
}

/** Four to nine words. */
export function sentence(random: () => number): string {
  const length = 4 + Math.floor(6 * random())
  return Array.from({ length }, () => word(Math.floor(vocabulary ** random()) - 1)).join(' ')
}
