// Motions a second through the motion encoder, reading BVH and encoding apart: motions of five seconds, in batches as the
// dataset sends them, at 30 frames a second and at rates that are resampled first. Wanted on 2 cores: 100 motions of 30
// frames a second read and encoded in a second.
//
// Beside the time on the clock stands the processor time, which hardly depends on what else the machine does; with one
// thread it is the work itself, with more it holds waiting, too.
//
//   node --conditions=tonggan-source bench/encode-motion.ts [onnxruntime-node|onnxruntime-web] [threads]

import { deeds, madeUpBvh } from '../src/modalities/motion/made-up-motion.ts'
import { motionEncoder } from '../src/modalities/motion/motion-encoder.ts'
import type { EngineName } from '../src/platform/ort.ts'
import { median } from './kit/measured.ts'

const seconds = 5
const count = 128
const runs = 5
const engine = (process.argv[2] ?? 'onnxruntime-node') as EngineName
const threads = process.argv[3] === undefined ? undefined : Number(process.argv[3])

console.log(
  `${engine}, ${threads ?? 'all'} threads, median of ${runs} runs of ${count} motions of ${seconds} s`,
)
for (const { rateHz, wanted } of [
  { rateHz: 30, wanted: 100 },
  { rateHz: 60, wanted: undefined },
  { rateHz: 120, wanted: undefined },
]) {
  const encoder = motionEncoder({ engine: { engine, threads } })
  const files = Array.from({ length: encoder.batchSize }, (_, k) => ({
    kind: 'file' as const,
    name: `${k}.bvh`,
    bytes: new TextEncoder().encode(madeUpBvh({ deed: deeds[k % deeds.length], seconds, rateHz, turned: k })),
  }))
  const decodeAll = () => Promise.all(files.map((file) => encoder.decode(file)))
  await encoder.encode(await decodeAll()) // opens the sessions
  const measured: { decodeMs: number; encodeMs: number; processorMs: number }[] = []
  for (let run = 0; run < runs; run++) {
    let [decodeMs, encodeMs] = [0, 0]
    const cpu = process.cpuUsage()
    for (let done = 0; done < count; done += files.length) {
      const began = performance.now()
      const motions = await decodeAll()
      const decoded = performance.now()
      await encoder.encode(motions)
      decodeMs += decoded - began
      encodeMs += performance.now() - decoded
    }
    const { user, system } = process.cpuUsage(cpu)
    measured.push({ decodeMs, encodeMs, processorMs: (user + system) / 1000 })
  }
  await encoder.close()
  const [decodeMs, encodeMs, processorMs] = (['decodeMs', 'encodeMs', 'processorMs'] as const).map((part) =>
    median(measured.map((run) => run[part])),
  )
  const rate = (ms: number) => Math.round((count * 1000) / ms)
  const bound = wanted ? ` (wanted: ${wanted})` : ''
  console.log(
    `${rateHz} frames/s → ${encoder.featureDim}: ${rate(decodeMs + encodeMs)} motions/s${bound}, read ` +
      `${rate(decodeMs)}/s, encode ${rate(encodeMs)}/s, ${(processorMs / count).toFixed(2)} ms of processor a motion`,
  )
}
