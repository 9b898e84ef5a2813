import { expect, test } from 'vitest'
import { bytesOf, draw, emptyPng, pattern } from '../../../tests/pictures.ts'
import { cleanSvg } from './clean-svg.ts'

const limits = { maxPixels: 1e6, name: 'drawing.svg' }
const utf8 = (text: string) => new TextEncoder().encode(text)
const clean = (svg: string | Uint8Array) =>
  new TextDecoder().decode(cleanSvg(typeof svg === 'string' ? utf8(svg) : svg, 256, limits))
const drawing = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

test.each([
  ['a file', '<image href="secret.png"/>', '"secret.png" in href of <image>'],
  ['a file, by XLink', '<image xlink:href="/etc/hostname"/>', '"/etc/hostname" in xlink:href of <image>'],
  ['an address', '<image href="https://a.example/b.png"/>', 'https://a.example/b.png'],
  ['an address without a scheme', '<use href="//a.example/b.svg#c"/>', '//a.example/b.svg#c'],
  ['a part of another file', '<use href="other.svg#part"/>', 'other.svg#part'],
  [
    'a file behind spaces and control characters',
    '<image href=" &#9;f&#10;ile:///x"/>',
    'in href of <image>',
  ],
  ['a character written as a number', '<image href="&#x73;ecret.png"/>', 'secret.png'],
  ['a gradient of another file', '<linearGradient href="other.svg#g"/>', 'other.svg#g'],
  ['a filter that loads a picture', '<filter><feImage href="secret.png"/></filter>', 'feImage'],
  ['a fill', '<rect fill="url(other.svg#g)"/>', '"other.svg#g" in fill of <rect>'],
  ['a fill in quotes', `<rect fill="url('other.svg#g')"/>`, 'other.svg#g'],
  ['a fill that is not closed', '<rect fill="url(other.svg"/>', 'other.svg'],
  ['a mask beside one of its own', '<rect style="fill:url(#a);mask:url(b.svg#c)"/>', 'b.svg#c'],
  ['a style sheet', '<style>@import "other.css";</style>', '@import \\"other.css\\"'],
  ['a style sheet in a section', '<style><![CDATA[@import url(other.css);]]></style>', '@import'],
  ['a background', '<style>svg { background: url(secret.png) }</style>', '"secret.png" in <style>'],
  ['a background, escaped', '<style>svg { background: \\75rl(secret.png) }</style>', 'secret.png'],
  ['a background, in capitals', '<style>svg { background: URL( secret.png ) }</style>', 'secret.png'],
  ['a choice of pictures', '<style>svg { background: image-set("secret.png" 1x) }</style>', 'secret.png'],
  ['a font', '<style>@font-face { src: url(font.woff2) }</style>', 'font.woff2'],
  [
    'a page within',
    '<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="secret.png"/></foreignObject>',
    'src of <img>',
  ],
  ['another vocabulary', '<x:image xmlns:x="urn:x" x:href="secret.png"/>', 'x:href of <image>'],
  ['another base', '<g xml:base="file:///"><use href="#a"/></g>', 'xml:base of <g>'],
  ['a link', '<a href="https://a.example/">…</a>', 'https://a.example/'],
  ['a script', '<script href="code.js"/>', 'code.js'],
  ['a drawing within', '<image href="data:image/svg+xml,%3Csvg/%3E"/>', 'data:image/svg+xml'],
  [
    'a drawing within that is called a PNG',
    `<image href="data:image/png;base64,${base64(utf8('<svg/>'))}"/>`,
    'an SVG',
  ],
  ['a page as data', '<image href="data:text/html,x"/>', 'data:text/html'],
  ['data that are no data', '<image href="data:image/png;base64,*"/>', 'data:image/png'],
])('a reference to %s is refused by name', (_, inside, named) => {
  const attempt = () => clean(drawing(inside))
  expect(attempt).toThrow(expect.objectContaining({ code: 'unsupported-format', path: 'drawing.svg' }))
  expect(attempt).toThrow(named)
})

test.each([
  ['a style sheet beside it', `<?xml-stylesheet href="style.css"?>${drawing('')}`, 'style.css'],
  [
    'an entity that is a file',
    `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>${drawing('<text>&x;</text>')}`,
    '/etc/hostname',
  ],
  [
    'an entity of entities',
    `<!DOCTYPE svg [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>${drawing('<text>&b;</text>')}`,
    '<!ENTITY a',
  ],
  ['a document type of its own', `<!DOCTYPE svg SYSTEM "file:///x.dtd">${drawing('')}`, 'file:///x.dtd'],
])('%s is refused by name', (_, svg, named) => {
  expect(() => clean(svg)).toThrow(expect.objectContaining({ code: 'unsupported-format' }))
  expect(() => clean(svg)).toThrow(named)
})

test('the encoding hides nothing', () => {
  const svg = `\ufeff<?xml version="1.0" encoding="UTF-16"?>${drawing('<image href="secret.png"/>')}`
  const littleEndian = new Uint8Array(Buffer.from(svg, 'utf16le'))
  const bigEndian = new Uint8Array(Buffer.from(svg, 'utf16le').swap16())
  expect(() => clean(littleEndian)).toThrow('secret.png')
  expect(() => clean(bigEndian)).toThrow('secret.png')
  const latin = Uint8Array.from(
    `<?xml version="1.0" encoding="ISO-8859-1"?>${drawing('<text>caf\xe9</text>')}`,
    (c) => c.charCodeAt(0),
  )
  expect(clean(latin)).toContain('<text>café</text>')
})

test('prefixes hide nothing, and the drawing is written without them', () => {
  const svg = (href: string) =>
    `<s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:q="http://www.w3.org/1999/xlink" width="8" height="8"><s:use q:href="${href}"/></s:svg>`
  expect(() => clean(svg('secret.svg#a'))).toThrow('secret.svg#a')
  expect(clean(svg('#a'))).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 8 8"><use href="#a"></use></svg>',
  )
})

test('what the drawing carries is kept: its own parts, pictures and fonts', async () => {
  const png = base64(await bytesOf(draw(pattern(4, 4)).png()))
  const inside = [
    `<image href="data:image/png;base64,${png}"></image>`,
    '<use href="#a"></use>',
    '<rect fill="url(#g)" filter="url(&quot;#f&quot;)"></rect>',
    '<style>@font-face{src:url(data:font/woff2;base64,AAAA)} a&gt;b{fill:url(#g)}</style>',
    '<text xml:space="preserve">url(no reference) &lt;b&gt; &amp; "c"</text>',
  ].join('')
  const written = inside.replace('"c"', '&quot;c&quot;')
  expect(clean(drawing(inside, 'width="1" height="1"'))).toBe(
    `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 1 1">${written}</svg>`,
  )
})

test('a picture that the drawing carries has the same limit as any other', () => {
  const huge = base64(emptyPng(20_000, 20_000))
  expect(() => clean(drawing(`<image href="data:image/png;base64,${huge}"/>`))).toThrow(
    expect.objectContaining({ code: 'too-large', path: 'drawing.svg' }),
  )
})

test('what draws nothing, or not the same everywhere, is left out', () => {
  const inside = [
    '<script>alert(1)</script>',
    '<rect onclick="alert(1)"><animate attributeName="width" to="9"/><set attributeName="href" to="x"/></rect>',
    '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">words</p></foreignObject>',
    '<metadata><rdf:RDF xmlns:rdf="urn:rdf" rdf:about="https://a.example/">x</rdf:RDF></metadata>',
    '<i:view xmlns:i="urn:inkscape" i:zoom="1"><rect/></i:view>',
    '<!-- words --><?php words ?>',
  ].join('')
  expect(clean(drawing(inside, 'viewBox="0 0 2 1"'))).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1" width="256" height="128"><rect></rect></svg>',
  )
})

test.each([
  ['lengths', 'width="20" height="10"', '256 × 128, 0 0 20 10'],
  ['units', 'width="1in" height="25.4mm"', '256 × 256, 0 0 96 96'],
  ['a view box alone', 'viewBox="-5 -5 10 30"', '85 × 256, -5 -5 10 30'],
  ['a view box and lengths', 'width="30" height="60" viewBox="0,0,9,9"', '128 × 256, 0 0 9 9'],
  ['one length and a view box', 'height="10" viewBox="0 0 4 1"', '256 × 64, 0 0 4 1'],
  ['shares', 'width="100%" height="100%" viewBox="0 0 3 3"', '256 × 256, 0 0 3 3'],
  ['nothing', '', '256 × 128, 0 0 300 150'],
  ['a useless view box', 'viewBox="0 0 0 5"', '256 × 128, 0 0 300 150'],
  ['a line', 'width="10000" height="1"', '256 × 1, 0 0 10000 1'],
])('the size follows from %s', (_, attributes, expected) => {
  const written = clean(drawing('', attributes))
  const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(written)?.[1]
  expect(`${value('width')} × ${value('height')}, ${value('viewBox')}`).toBe(expected)
})

test('a style of the root does not change the size', () => {
  const written = clean(drawing('', 'width="1" height="1" style="width:100%;max-height: 5px;stroke-width:3"'))
  expect(written).toContain('style="stroke-width:3"')
})

test.each([
  ['another root', '<html><svg/></html>', 'html'],
  ['another vocabulary', '<svg xmlns="urn:x"/>', 'another vocabulary, <svg>'],
  ['a size below zero', drawing('', 'width="-1" height="5"'), '-1 × 5'],
  ['no size', drawing('', 'width="0" height="0"'), '0 × 0'],
  ['an open element', '<svg>', 'svg'],
  ['an unknown entity', drawing('&nbsp;'), 'nbsp'],
  ['elements nested a hundred thousand deep', drawing('<g>'.repeat(1e5) + '</g>'.repeat(1e5)), 'too deeply'],
  ['words', 'svg', 'svg'],
])('%s is unreadable', (_, svg, named) => {
  expect(() => clean(svg)).toThrow(expect.objectContaining({ code: 'unreadable-item', path: 'drawing.svg' }))
  expect(() => clean(svg)).toThrow(named)
})
