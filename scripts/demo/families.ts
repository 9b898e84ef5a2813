// Which things must stay on one side of "never met". A person who has seen a man juggling has met the woman juggling,
// and who has seen ◀ has met ▶. So things are of one family where their code points differ only in who does it
// (man, woman, person, the signs ♀ ♂), or where their pictures, or the mirror image of one, are all but equal.

import { pictureSize } from './draw.ts'

/** Families that Unicode spells without a common code point. */
const spelledApart = [
  ['1f474', '1f475', '1f9d3'], // old man, old woman, older person
  ['1f934', '1f478', '1fac5'], // prince, princess, person with crown
  ['1f385', '1f936', '1f9d1-200d-1f384'], // Santa Claus, Mrs. Claus, Mx Claus
  ['1f930', '1fac3', '1fac4'], // pregnant woman, man, person
  ['1f46b', '1f46c', '1f46d', '1f9d1-200d-1f91d-200d-1f9d1'], // holding hands
  ['1f48f', '1f469-200d-2764-fe0f-200d-1f48b-200d-1f468'], // kiss
  ['1f491', '1f469-200d-2764-fe0f-200d-1f468'], // couple with heart
  ['1f57a', '1f483'], // man dancing, woman dancing
]

/** Mean difference of brightness, 0 to 1, below which two pictures are all but equal: ten past is not ten to, but near. */
const lookAlike = 0.01
/** Pictures are compared when averaged down to this many pixels a side. */
const side = 18

/**
 * The family of each thing, as the code of its first member.
 * @param pixels a picture each, `[72, 72, 4]`, colours multiplied by alpha
 */
export function findFamilies(codes: readonly string[], pixels: readonly Uint8Array[]): string[] {
  const parents = codes.map((_, i) => i)
  const rootOf = (i: number): number => (parents[i] === i ? i : rootOf(parents[i]))
  const join = (i: number, j: number) => {
    const [first, second] = [rootOf(i), rootOf(j)].sort((a, b) => a - b)
    parents[second] = first
  }
  const firstOfAct = new Map<string, number>()
  for (const [i, code] of codes.entries()) {
    const act = actOf(code)
    const first = firstOfAct.get(act)
    if (first === undefined) firstOfAct.set(act, i)
    else join(i, first)
  }
  for (const [first, ...others] of spelledApart) {
    const [firstAt, ...othersAt] = [first, ...others].map((code) => codes.indexOf(code))
    for (const at of othersAt) if (at >= 0 && firstAt >= 0) join(at, firstAt)
  }
  const pictures = pixels.map(shrink)
  const mirrored = pictures.map(mirror)
  for (let i = 0; i < codes.length; i++) {
    for (let j = 0; j < i; j++) {
      if (areAlike(pictures[i], pictures[j]) || areAlike(pictures[i], mirrored[j])) join(i, j)
    }
  }
  return codes.map((_, i) => codes[rootOf(i)])
}

const adults = ['1f468', '1f469', '1f9d1']
const children = ['1f466', '1f467', '1f9d2']
const joinersAndSigns = ['200d', 'fe0f', '2640', '2642']

/** A code without who does it: man, woman and person count as one, boy, girl and child too; ♀ and ♂ go. */
function actOf(code: string): string {
  return code
    .split('-')
    .filter((point) => !joinersAndSigns.includes(point))
    .map((point) => (adults.includes(point) ? 'adult' : children.includes(point) ? 'child' : point))
    .join('-')
}

/** → `[18, 18, 3]`, 0 to 1, over white. */
function shrink(pixels: Uint8Array): Float32Array {
  const step = pictureSize / side
  const small = new Float32Array(side * side * 3)
  for (let y = 0; y < pictureSize; y++) {
    for (let x = 0; x < pictureSize; x++) {
      const from = (y * pictureSize + x) * 4
      const to = (Math.floor(y / step) * side + Math.floor(x / step)) * 3
      const white = 255 - pixels[from + 3]
      for (let c = 0; c < 3; c++) small[to + c] += (pixels[from + c] + white) / (255 * step * step)
    }
  }
  return small
}

function mirror(picture: Float32Array): Float32Array {
  return picture.map((_, k) => {
    const [y, x, c] = [Math.floor(k / (side * 3)), Math.floor(k / 3) % side, k % 3]
    return picture[(y * side + side - 1 - x) * 3 + c]
  })
}

function areAlike(a: Float32Array, b: Float32Array): boolean {
  let difference = 0
  for (let k = 0; k < a.length; k++) {
    difference += Math.abs(a[k] - b[k])
    if (difference > lookAlike * a.length) return false
  }
  return true
}
