// Who is who in the emoji world: which things are never trained on, and who speaks which name. A plan is made of a seed
// and the things' families alone, so every run makes the same one.

import { Random } from '../../src/math/random.ts'
import type { Thing } from './things.ts'
import { knownVoices, strangers, type Voice } from './voices.ts'

export interface Role {
  readonly thing: Thing
  /** `test`: never trained on. */
  readonly split: 'train' | 'test'
  readonly family: string
  /** Who speaks its name; some things are trained on without speech. */
  readonly voice?: Voice
}

export interface Cast {
  /** Every thing once. Those never met are spoken by strangers. */
  readonly things: readonly Role[]
  /** Things that were trained on, spoken by strangers. */
  readonly strangers: readonly Role[]
}

export interface CastSizes {
  readonly unseenThings: number
  readonly spokenInTraining: number
  readonly spokenByStrangers: number
}

/** 1,500 utterances in all: about a minute and a half of one core. */
export const castSizes: CastSizes = { unseenThings: 300, spokenInTraining: 1050, spokenByStrangers: 150 }

/** @param families of each thing, in the things' order; one family is never split */
export function castThings(
  things: readonly Thing[],
  families: readonly string[],
  { seed = 1, sizes = castSizes }: { seed?: number; sizes?: CastSizes } = {},
): Cast {
  const random = new Random(seed)
  const unseen = drawFamilies(families, sizes.unseenThings, random)
  const order = [...random.permutation(things.length)]
  const met = order.filter((i) => !unseen.has(families[i]))
  const voices = new Map<number, Voice>()
  for (const [turn, i] of met.slice(0, sizes.spokenInTraining).entries()) {
    voices.set(i, knownVoices[turn % knownVoices.length])
  }
  const isSpoken = sizes.spokenByStrangers > 0
  for (const [turn, i] of order.filter((i) => isSpoken && unseen.has(families[i])).entries()) {
    voices.set(i, strangers[turn % strangers.length])
  }
  return {
    things: things.map((thing, i) => ({
      thing,
      split: unseen.has(families[i]) ? 'test' : 'train',
      family: families[i],
      voice: voices.get(i),
    })),
    strangers: met.slice(0, sizes.spokenByStrangers).map((i, turn) => ({
      thing: things[i],
      split: 'test',
      family: families[i],
      voice: strangers[turn % strangers.length],
    })),
  }
}

/** Families, drawn at random, that hold `size` members together, or the most that fit in. */
function drawFamilies(families: readonly string[], size: number, random: Random): Set<string> {
  const sizes = new Map<string, number>()
  for (const family of families) sizes.set(family, (sizes.get(family) ?? 0) + 1)
  const names = [...sizes.keys()]
  const drawn = new Set<string>()
  let members = 0
  for (const i of random.permutation(names.length)) {
    const more = sizes.get(names[i]) ?? 0
    if (members + more > size) continue
    drawn.add(names[i])
    members += more
  }
  return drawn
}
