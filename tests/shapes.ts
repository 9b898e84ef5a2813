// A small world for tests: coloured shapes as drawings (SVG) and as names in English and Chinese. It is learnable
// from a hundred rows in seconds, and needs no data but this page.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

const colours = { red: '红色', green: '绿色', blue: '蓝色', yellow: '黄色', purple: '紫色', black: '黑色' }
const shapes = { circle: '圆形', square: '方形', triangle: '三角形', star: '星形', bar: '长条' }

export interface Shape {
  readonly colour: keyof typeof colours
  readonly shape: keyof typeof shapes
  /** 1 fills the picture; default 0.8. */
  readonly size?: number
}

/** The drawing, 64 × 64. */
export function shapeSvg({ colour, shape, size = 0.8 }: Shape): string {
  const drawn = {
    circle: '<circle r="28"/>',
    square: '<rect x="-26" y="-26" width="52" height="52"/>',
    triangle: '<path d="M0-29 29 25-29 25Z"/>',
    star: '<path d="M0-30 8-9 29-9 12 5 18 27 0 14-18 27-12 5-29-9-8-9Z"/>',
    bar: '<rect x="-30" y="-8" width="60" height="16"/>',
  }[shape]
  const group = `<g fill="${colour}" transform="translate(32 32) scale(${size})">${drawn}</g>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">${group}</svg>`
}

export function shapePng(shape: Shape): Promise<Buffer> {
  return sharp(Buffer.from(shapeSvg(shape)))
    .png()
    .toBuffer()
}

/** Writes `items.csv` and its drawings: each of 30 kinds in four sizes, one of them for testing. Gives its path. */
export function writeShapes(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const rows = ['id,split,label,text.en,text.zh,image']
  for (const colour of keysOf(colours)) {
    for (const shape of keysOf(shapes)) {
      for (const [k, size] of [0.5, 0.65, 0.8, 0.95].entries()) {
        const id = `${colour}-${shape}-${k}`
        writeFileSync(join(folder, `${id}.svg`), shapeSvg({ colour, shape, size }))
        const split = k === 1 ? 'test' : 'train'
        rows.push(`${id},${split},${shape},${colour} ${shape},${colours[colour]}${shapes[shape]},${id}.svg`)
      }
    }
  }
  const table = join(folder, 'items.csv')
  writeFileSync(table, `${rows.join('\n')}\n`)
  return table
}

function keysOf<Key extends string>(record: Record<Key, unknown>): Key[] {
  return Object.keys(record) as Key[]
}
