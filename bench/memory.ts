// Memory of a fit over its epochs: the peak of the process after 20 epochs and after 200, on a made-up world of 600
// things, early stopping switched off. Memory may grow with the data, not with epochs. Wanted is at most a fifth more on
// this small world, since JavaScript's young generation doubles once, sooner or later, which takes some 30 MiB whatever
// the data; one step's tensors left behind each time would show as hundreds. Garbage is collected every ten epochs,
// since when it is otherwise collected depends on how much memory the machine has.
//
//   node --conditions=tonggan-source bench/memory.ts

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { resolveFitOptions } from '../src/space/fit/fit-options.ts'
import { fitResolved } from '../src/space/fit/fit-space.ts'
import { madeUpWorld } from '../src/space/fit/made-up-world.ts'

const wanted = 1.2
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const world = madeUpWorld({ things: 600, views: ['image', 'text'], dim: 64 })
const options = { ...resolveFitOptions({ epochs: 200, dim: 64 }), patience: Number.POSITIVE_INFINITY }
const peaks: number[] = []
const space = await fitResolved(world, options, {
  onProgress({ stage, done }) {
    if (stage !== 'fit' || done % 10 !== 0) return
    collectGarbage()
    peaks.push(process.resourceUsage().maxRSS / 1024)
  },
})
await space.close()

const [few, many] = [peaks[1], peaks[19]]
console.log(
  `peak of 20 epochs ${few.toFixed(0)} MiB, of 200 epochs ${many.toFixed(0)} MiB: ratio ${(many / few).toFixed(3)} (wanted at most ${wanted})`,
)
