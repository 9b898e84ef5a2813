// The studio's map: frames a second while 100,000 points pan at 1280 × 800 in Chromium (where there is no graphics
// processor, its software WebGL), by WebGL and by canvas, all points and a sample; and the time of a layout of
// 20,000 × 256 (wanted: 60 s). Frames are waited for, so that what is told was drawn.
//
//   node --conditions=tonggan-source bench/studio-map.ts

import { sources } from '../studio/sources.ts'
import { layOut } from '../studio/src/pages/map/layout/lay-out.ts'
import { madeUpRows } from '../studio/src/pages/map/layout/made-up-rows.ts'
import { openPage } from '../tests/browser/harness.ts'

const count = 100_000
const page = await openPage('studio/src/pages/map/scatter/scatter.page.ts', { vite: sources })
for (const technique of ['webgl', 'canvas'] as const) {
  for (const atMost of [count, count / 4]) {
    const told = await page.call<{ device: string; milliseconds: number[] }>(
      'panFrames',
      technique,
      count,
      atMost,
      60,
    )
    const median = told.milliseconds.toSorted((a, b) => a - b)[30]
    console.log(
      `${technique} (${told.device}), ${atMost} of ${count} points: ${median.toFixed(1)} ms a frame, ${(1000 / median).toFixed(0)} a second (median of 60)`,
    )
  }
}
await page.close()

const started = performance.now()
layOut(madeUpRows(20_000, 256, 200))
console.log(
  `layout of 20000 × 256: ${((performance.now() - started) / 1000).toFixed(1)} s, wanted at most 60`,
)
