// The studio's map in Chromium, which draws with its software WebGL where there is no graphics processor: frames a second as
// the page shows them while 100,000 points pan at 1280 × 800, all of them and as many as the map draws while it moves, by WebGL and
// by canvas; and the time of a layout of 20,000 × 256 in its worker, with the longest that the page stood still meanwhile.
// Wanted: 30 frames a second, or a sampled view; the layout in 60 s, and the page never blocked.
//
//   node --conditions=tonggan-source bench/studio-map.ts

import { sources } from '../studio/sources.ts'
import { openPage } from '../tests/browser/harness.ts'
import { median } from './kit/measured.ts'
import { markdownTable } from './kit/table.ts'

interface Frames {
  device: string
  milliseconds: number[]
  points: number[]
}

const count = 100_000
const frames = 120
const page = await openPage('studio/src/pages/map/map.page.ts', { vite: sources })
const rows: string[][] = []
let device = ''
for (const technique of ['webgl', 'canvas'] as const) {
  for (const sampled of [false, true]) {
    const told = await page.call<Frames>('panFrames', technique, count, sampled, frames)
    if (technique === 'webgl') device = told.device
    const settled = told.milliseconds.slice(frames / 2)
    const drawn = Math.round(median(told.points.slice(frames / 2)))
    const ms = median(settled)
    rows.push([
      technique,
      sampled ? 'as the map moves' : 'all points',
      String(drawn),
      ms.toFixed(1),
      (1000 / ms).toFixed(0),
    ])
  }
}
console.log(
  `${count} points, 1280 × 800, medians of the last ${frames / 2} of ${frames} frames; WebGL by ${device}\n`,
)
console.log(markdownTable(['drawn by', 'frames', 'points', 'ms', 'frames/s'], rows))
const { seconds, longestMs } = await page.call<{ seconds: number; longestMs: number }>(
  'layOutBeside',
  20_000,
  256,
)
await page.close()
console.log(
  `\nlayout of 20000 × 256 in its worker: ${seconds.toFixed(1)} s, wanted at most 60; the page's longest pause ${longestMs.toFixed(0)} ms`,
)
