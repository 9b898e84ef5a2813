// One drawing: SVG → 72 × 72 picture, by resvg.

import { readFileSync } from 'node:fs'
import { Resvg } from '@resvg/resvg-js'

export const pictureSize = 72

export interface Drawing {
  readonly png: Uint8Array
  /** `[72, 72, 4] uint8`, RGBA with the colours multiplied by alpha. */
  readonly pixels: Uint8Array
}

export function draw(svgPath: string): Drawing {
  const resvg = new Resvg(readFileSync(svgPath), {
    fitTo: { mode: 'width', value: pictureSize },
    font: { loadSystemFonts: false },
  })
  const picture = resvg.render()
  return { png: picture.asPng(), pixels: picture.pixels }
}
