// Who speaks. A voice is an accent and a throat of espeak-ng's, with its own pitch and pace. Strangers are voices that
// the space is never trained on; each of them has a throat that no known voice has.

export interface Voice {
  /** As espeak-ng names it: accent, `+`, throat. */
  readonly name: string
  /** 0 to 99; a throat as it is has 50. */
  readonly pitch: number
  readonly wordsPerMinute: number
}

export const knownVoices: readonly Voice[] = [
  { name: 'en-us+m1', pitch: 45, wordsPerMinute: 165 },
  { name: 'en-us+f1', pitch: 50, wordsPerMinute: 160 },
  { name: 'en-us+m3', pitch: 60, wordsPerMinute: 180 },
  { name: 'en-us+f3', pitch: 55, wordsPerMinute: 175 },
  { name: 'en-us+Annie', pitch: 45, wordsPerMinute: 165 },
  { name: 'en-us+max', pitch: 50, wordsPerMinute: 170 },
  { name: 'en-us+michel', pitch: 40, wordsPerMinute: 155 },
  { name: 'en-us+steph', pitch: 50, wordsPerMinute: 165 },
  { name: 'en-us+klatt2', pitch: 55, wordsPerMinute: 170 },
  { name: 'en-gb+m7', pitch: 50, wordsPerMinute: 170 },
  { name: 'en-gb+f4', pitch: 50, wordsPerMinute: 165 },
  { name: 'en-gb+rob', pitch: 55, wordsPerMinute: 160 },
  { name: 'en-gb-x-rp+f5', pitch: 45, wordsPerMinute: 175 },
  { name: 'en-gb-x-rp+boris', pitch: 55, wordsPerMinute: 165 },
  { name: 'en-gb-scotland+quincy', pitch: 60, wordsPerMinute: 170 },
  { name: 'en-029+m8', pitch: 55, wordsPerMinute: 165 },
]

export const strangers: readonly Voice[] = [
  { name: 'en-us+f2', pitch: 50, wordsPerMinute: 165 },
  { name: 'en-us+m2', pitch: 50, wordsPerMinute: 170 },
  { name: 'en-gb+linda', pitch: 50, wordsPerMinute: 160 },
  { name: 'en-gb-x-rp+m4', pitch: 55, wordsPerMinute: 175 },
]
