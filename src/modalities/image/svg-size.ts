// The size and the window of an SVG from its root element (SVG 2, chapter 8): `width` and `height` where they are
// lengths, else the proportions of `viewBox`, else what browsers assume, 300 × 150.

export interface SvgFrame {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
  /** The part of the drawing's plane that fills it. */
  readonly viewBox: string
}

/** Undefined where the sizes are there but cannot be: nothing is drawn then. */
export function svgFrame(root: Readonly<Record<string, string>>): SvgFrame | undefined {
  const box = viewBoxNumbers(root.viewBox)
  const ratio = box && box[2] / box[3]
  const given = { width: pixels(root.width), height: pixels(root.height) }
  const width = given.width ?? (given.height && ratio ? given.height * ratio : (box?.[2] ?? 300))
  const height = given.height ?? (given.width && ratio ? given.width / ratio : (box?.[3] ?? 150))
  if (!(width > 0 && height > 0 && Number.isFinite(width / height))) return undefined
  return { width, height, viewBox: (box ?? [0, 0, width, height]).join(' ') }
}

/** Four numbers with a size above 0; anything else counts as absent, as browsers have it. */
function viewBoxNumbers(text: string | undefined): number[] | undefined {
  const numbers = (text ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  return numbers.length === 4 && numbers.every(Number.isFinite) && numbers[2] > 0 && numbers[3] > 0
    ? numbers
    : undefined
}

const pixelsPerUnit: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  em: 16,
  rem: 16,
  ex: 8,
}

/** A length in CSS pixels; undefined for a share (`100%`), `auto` or nonsense. */
function pixels(length: string | undefined): number | undefined {
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i.exec(length ?? '')
  const unit = match && pixelsPerUnit[match[2].toLowerCase()]
  return match && unit !== null && unit !== undefined ? Number(match[1]) * unit : undefined
}
