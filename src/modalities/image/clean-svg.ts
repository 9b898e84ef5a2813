// An SVG is not drawn as it came: it is parsed strictly, its references are checked, and what was checked is written
// anew, in plain SVG with one namespace. So the renderer cannot see anything that the check did not, whatever the
// encoding, prefixes, entities or sections of the file. Left out, since they draw nothing or not the same everywhere:
// scripts, animation, foreign content, metadata, other vocabularies, document type and processing instructions.

import {
  parseXml,
  type XmlDocumentType,
  type XmlElement,
  type XmlNode,
  type XmlText,
} from '@rgrove/parse-xml'
import { asTongganError, TongganError } from '../../spec/errors.ts'
import { utf16Label } from './picture-kind.ts'
import { checkReference, checkStyle, refused, type SvgLimits } from './svg-references.ts'
import { svgFrame } from './svg-size.ts'

const svgNamespace = 'http://www.w3.org/2000/svg'
const longestSvgBytes = 32 * 2 ** 20

/**
 * The same drawing as UTF-8 that refers to nothing outside itself, `longerSide` pixels wide or high.
 *
 * @throws TongganError `unsupported-format` for a reference or an entity, `unreadable-item` for what is no SVG,
 * `too-large`
 */
export function cleanSvg(bytes: Uint8Array, longerSide: number, limits: SvgLimits): Uint8Array {
  const operation = 'read SVG picture'
  const path = limits.name
  if (bytes.length > longestSvgBytes) {
    const expected = `at most ${longestSvgBytes} bytes`
    throw new TongganError('too-large', { operation, expected, received: String(bytes.length), path })
  }
  try {
    const text = decodeXml(bytes)
    const entity = /<!ENTITY[^>]*/.exec(text)
    if (entity) throw refused(entity[0], '<!DOCTYPE>', limits)
    const document = parseXml(text, { preserveDocumentType: true })
    for (const node of document.children) checkProlog(node, limits)
    const root = document.root
    if (!root || localName(root.name) !== 'svg') throw new Error(`a root element <${root?.name ?? ''}>`)
    return new TextEncoder().encode(new SvgWriter(limits).write(resize(root, longerSide)))
  } catch (error) {
    const received = error instanceof RangeError ? 'elements nested too deeply' : firstLine(error)
    throw asTongganError(error, 'unreadable-item', {
      operation,
      expected: 'a well-formed SVG',
      received,
      path,
    })
  }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]
}

/** By byte order mark, else as the XML declaration says, else UTF-8. */
function decodeXml(bytes: Uint8Array): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1]
  return new TextDecoder(utf16Label(bytes) ?? declared ?? 'utf-8', { fatal: true }).decode(bytes)
}

function checkProlog(node: XmlNode, limits: SvgLimits): void {
  if (node.type === 'pi' && 'name' in node && node.name === 'xml-stylesheet') {
    throw refused(String((node as unknown as { content: string }).content), '<?xml-stylesheet?>', limits)
  }
  if (node.type !== 'doctype') return
  const { systemId } = node as XmlDocumentType
  if (systemId && !/^https?:\/\/www\.w3\.org\//.test(systemId)) throw refused(systemId, '<!DOCTYPE>', limits)
}

function resize(root: XmlElement, longerSide: number): XmlElement {
  const frame = svgFrame(root.attributes)
  if (!frame) throw new Error(`a size of ${root.attributes.width} × ${root.attributes.height}`)
  const scale = longerSide / Math.max(frame.width, frame.height)
  const side = (length: number) => String(Math.max(1, Math.round(length * scale)))
  const { style } = root.attributes
  // CSS would win over the attributes.
  const keptStyle = style?.replace(/(?<![\w-])(?:(?:min|max)-)?(?:width|height)\s*:[^;]*;?/gi, '')
  root.attributes = {
    ...root.attributes,
    ...(keptStyle !== undefined && { style: keptStyle }),
    width: side(frame.width),
    height: side(frame.height),
    viewBox: frame.viewBox,
  }
  return root
}

/** Prefix → namespace; `''` is the default one. */
type Namespaces = Readonly<Record<string, string>>

const leftOut = new Set(
  'script foreignObject animate animateColor animateMotion animateTransform set discard metadata'.split(' '),
)

class SvgWriter {
  readonly #limits: SvgLimits
  readonly #parts: string[] = []

  constructor(limits: SvgLimits) {
    this.#limits = limits
  }

  write(root: XmlElement): string {
    const { prefix } = splitName(root.name)
    this.#element(root, { [prefix]: svgNamespace }, true)
    if (this.#parts.length === 0) throw new Error(`a root element of another vocabulary, <${root.name}>`)
    return this.#parts.join('')
  }

  /** Checks an element and all within it; writes them only where `drawn`. */
  #element(element: XmlElement, outer: Namespaces, drawn: boolean): void {
    const namespaces = declaredNamespaces(element, outer)
    const { prefix, local } = splitName(element.name)
    const written = drawn && namespaces[prefix] === svgNamespace && !leftOut.has(local)
    const attributes = this.#attributes(element, local)
    if (local === 'style') checkStyle(element.text, '<style>', this.#limits)
    if (written)
      this.#parts.push(`<${local}${this.#parts.length === 0 ? ` xmlns="${svgNamespace}"` : ''}${attributes}>`)
    for (const child of element.children) {
      if (child.type === 'element') this.#element(child as XmlElement, namespaces, written)
      else if (child.type === 'text' && written) this.#parts.push(escapeXml((child as XmlText).text))
    }
    if (written) this.#parts.push(`</${local}>`)
  }

  /** The attributes as text: SVG's own, `href` whatever its prefix, `xml:space` and `xml:lang`. */
  #attributes(element: XmlElement, elementName: string): string {
    const kept = new Map<string, string>()
    for (const [name, value] of Object.entries(element.attributes)) {
      const { prefix, local } = splitName(name)
      if (prefix === 'xmlns' || name === 'xmlns') continue
      const where = `${name} of <${elementName}>`
      if (name === 'xml:base') throw refused(value, where, this.#limits)
      if (local === 'href' || local === 'src') checkReference(value, where, this.#limits)
      else checkStyle(value, where, this.#limits)
      if (local === 'href') kept.set('href', value)
      else if (name === 'xml:space' || name === 'xml:lang' || (prefix === '' && !/^on/i.test(name))) {
        kept.set(name, value)
      }
    }
    return Array.from(kept, ([name, value]) => ` ${name}="${escapeXml(value)}"`).join('')
  }
}

function declaredNamespaces({ attributes }: XmlElement, outer: Namespaces): Namespaces {
  const declared = Object.entries(attributes).flatMap(([name, value]) => {
    const { prefix, local } = splitName(name)
    if (name === 'xmlns') return [['', value]]
    return prefix === 'xmlns' ? [[local, value]] : []
  })
  return declared.length === 0 ? outer : { ...outer, ...Object.fromEntries(declared) }
}

function splitName(name: string): { prefix: string; local: string } {
  const colon = name.indexOf(':')
  return { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1) }
}

function localName(name: string): string {
  return splitName(name).local
}

function escapeXml(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    '\t': '&#9;',
    '\n': '&#10;',
    '\r': '&#13;',
  }
  return text.replace(/[&<>"\t\n\r]/g, (character) => escapes[character])
}
