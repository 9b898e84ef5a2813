// What an SVG refers to. A drawing may refer to its own parts (`#leaf`) and to pictures and fonts that it carries
// (`data:`), and to nothing else: renderers were seen drawing local files that a drawing named. The rule is strict
// rather than clever: a reference that is only named, in a link say, is refused too.

import { TongganError } from '../../spec/errors.ts'
import { pictureKind } from './picture-kind.ts'
import { pictureSize } from './picture-size.ts'

export interface SvgLimits {
  /** Of a picture that the drawing carries. */
  readonly maxPixels: number
  /** The file, for errors. */
  readonly name: string
}

/**
 * The value of an attribute that is an address (`href`, `src`).
 * @param where for the error: `xlink:href of <image>`
 * @throws TongganError `unsupported-format` with the reference, `too-large` for a carried picture beyond the limit
 */
export function checkReference(value: string, where: string, limits: SvgLimits): void {
  const reference = value.replace(/[\0- ]/g, '') // browsers leave out spaces and control characters
  if (reference === '' || reference.startsWith('#')) return
  const data = /^data:([^,;]*)((?:;[^,]*)?),(.*)$/is.exec(reference)
  if (!data) throw refused(value, where, limits)
  const [, type, parameters, content] = data
  if (/^(font\/|application\/(x-)?(font|vnd\.ms-fontobject))/i.test(type)) return
  checkCarriedPicture(dataBytes(content, /;base64$/i.test(parameters)), type, where, limits)
}

/**
 * CSS, of a `style` element or of any attribute, since most presentation attributes may hold `url(…)`.
 * @throws as `checkReference`
 */
export function checkStyle(css: string, where: string, limits: SvgLimits): void {
  const text = css.includes('\\') ? unescapeCss(css) : css
  const rule = /@import[^;]*|(?:image-set|cross-fade|\bimage)\([^)]*/i.exec(text)
  if (rule) throw refused(rule[0], where, limits)
  for (const { index, 0: start } of text.matchAll(/(?:url|src)\(\s*/gi)) {
    const rest = text.slice(index + start.length)
    const quoted = /^(["'])(.*?)\1/s.exec(rest)
    checkReference(quoted ? quoted[2] : rest.slice(0, endOf(rest)), where, limits)
  }
}

export function refused(reference: string, where: string, { name }: SvgLimits): TongganError {
  const shown = reference.length > 80 ? `${reference.slice(0, 80)}…` : reference
  return new TongganError('unsupported-format', {
    operation: 'read SVG picture',
    expected: 'references to its own parts (#…) and to pictures that it carries (data:image/…) only',
    received: `${JSON.stringify(shown)} in ${where}`,
    remedy: 'embed what it refers to, or convert it to PNG',
    path: name,
  })
}

/** Its bytes decide, not the type that it claims: a drawing within a drawing is refused whatever it is called. */
function checkCarriedPicture(
  bytes: Uint8Array | undefined,
  type: string,
  where: string,
  limits: SvgLimits,
): void {
  const label = `data:${type}`
  if (!bytes || !/^image\//i.test(type) || /svg/i.test(type)) throw refused(label, where, limits)
  const inside = `${limits.name}, a ${label} in ${where}`
  const kind = pictureKind(bytes, inside)
  if (kind === 'svg') throw refused(`${label} (an SVG)`, where, limits)
  const { width, height } = pictureSize(bytes, kind, inside)
  if (width * height > limits.maxPixels) {
    throw new TongganError('too-large', {
      operation: 'read SVG picture',
      expected: `carried pictures of at most ${limits.maxPixels} pixels`,
      received: `${width} × ${height} in ${where}`,
      path: limits.name,
    })
  }
}

function dataBytes(content: string, base64: boolean): Uint8Array | undefined {
  try {
    const plain = decodeURIComponent(content)
    if (base64) return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0))
    return new TextEncoder().encode(plain)
  } catch {
    return undefined
  }
}

function endOf(rest: string): number {
  const end = rest.indexOf(')')
  return end < 0 ? rest.length : end
}

/** `\75rl(` is `url(` to a browser. */
function unescapeCss(css: string): string {
  return css.replace(/\\(?:([0-9a-f]{1,6})\s?|([^\n]))/gi, (_, hex: string, character: string) => {
    const code = hex ? Number.parseInt(hex, 16) : 0
    return hex ? String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd) : character
  })
}
