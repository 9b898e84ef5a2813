// Pictures a second through the image encoder, decoding apart: 1,024 pictures of noise, in batches as the dataset sends
// them. Wanted on 2 cores: 3,000 grey pictures of 32 × 32 a second, 600 colour pictures of 64 × 64.
//
// Beside the time on the clock stands the processor time, which hardly depends on what else the machine does; with one
// thread, the default, it is the work itself, with more it holds waiting, too. Natively with the default threads two
// workers are measured as well, in turn with the one, and their ratio is told, which other load disturbs least.
//
//   node --conditions=tonggan-source bench/encode-image.ts [onnxruntime-node|onnxruntime-web] [threads]

import { imageEncoder } from '../src/modalities/image/image-encoder.ts'
import type { EngineName } from '../src/platform/ort.ts'
import { median } from './kit/measured.ts'
import { workersRatio } from './kit/workers-ratio.ts'

const count = 1024
const runs = 7
const engine = (process.argv[2] ?? 'onnxruntime-node') as EngineName
const threads = process.argv[3] === undefined ? undefined : Number(process.argv[3])

console.log(`${engine}, ${threads ?? 'default'} threads, median of ${runs} runs of ${count} pictures`)
for (const { side, wanted, options } of [
  { side: 32, wanted: 3000, options: { size: 32, colour: false } as const },
  { side: 64, wanted: 600, options: {} },
  { side: 128, wanted: undefined, options: { size: 128 } as const },
]) {
  const encoder = imageEncoder({ ...options, engine: { engine, threads } })
  const pictures = Array.from({ length: encoder.batchSize }, (_, k) => noise(side, k + 1))
  await encoder.encode(pictures) // opens the sessions
  const measured: { wallMs: number; processorMs: number }[] = []
  for (let run = 0; run < runs; run++) {
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    for (let done = 0; done < count; done += pictures.length) await encoder.encode(pictures)
    const { user, system } = process.cpuUsage(cpu)
    measured.push({ wallMs: performance.now() - began, processorMs: (user + system) / 1000 })
  }
  await encoder.close()
  const wallMs = median(measured.map((run) => run.wallMs))
  const processorMs = median(measured.map((run) => run.processorMs))
  const name = `${side} × ${side} ${encoder.parameters.colour ? 'colour' : 'grey'} → ${encoder.featureDim}`
  const isUsual = engine === 'onnxruntime-node' && threads === undefined
  const workers = isUsual
    ? `; two workers ${(await workersRatio('image', encoder.parameters, pictures, count / pictures.length)).toFixed(2)} times as fast`
    : ''
  const bound = wanted ? ` (wanted: ${wanted})` : ''
  console.log(
    `${name}: ${Math.round((count * 1000) / wallMs)} pictures/s${bound}, ` +
      `${(processorMs / count).toFixed(3)} ms of processor a picture${workers}`,
  )
}

function noise(side: number, seed: number) {
  let state = seed
  const data = Uint8Array.from({ length: side * side * 4 }, (_, k) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return k % 4 === 3 ? 255 : state >>> 24
  })
  return { width: side, height: side, data }
}
