// Sounds a second through the sound encoder, decoding apart, log-mel included: sounds of one second, of noise, in
// batches as the dataset sends them, at 16 kHz and at rates that are resampled first. Wanted on 2 cores: 600 sounds of
// 16 kHz a second.
//
// Beside the time on the clock stands the processor time, which hardly depends on what else the machine does; with one
// thread, the default, it is the work itself, with more it holds waiting, too. Natively with the default threads two
// workers are measured as well, in turn with the one, and their ratio is told, which other load disturbs least.
//
//   node --conditions=tonggan-source bench/encode-audio.ts [onnxruntime-node|onnxruntime-web] [threads]

import { audioEncoder } from '../src/modalities/audio/audio-encoder.ts'
import type { EngineName } from '../src/platform/ort.ts'
import { median } from './kit/measured.ts'
import { workersRatio } from './kit/workers-ratio.ts'

const count = 512
const runs = 7
const engine = (process.argv[2] ?? 'onnxruntime-node') as EngineName
const threads = process.argv[3] === undefined ? undefined : Number(process.argv[3])

console.log(`${engine}, ${threads ?? 'default'} threads, median of ${runs} runs of ${count} sounds of 1 s`)
for (const { rate, wanted } of [
  { rate: 16_000, wanted: 600 },
  { rate: 8000, wanted: undefined },
  { rate: 44_100, wanted: undefined },
  { rate: 48_000, wanted: undefined },
]) {
  const encoder = audioEncoder({ engine: { engine, threads } })
  const sounds = Array.from({ length: encoder.batchSize }, (_, k) => noise(rate, k + 1))
  await encoder.encode(sounds) // opens the sessions
  const measured: { wallMs: number; processorMs: number }[] = []
  for (let run = 0; run < runs; run++) {
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    for (let done = 0; done < count; done += sounds.length) await encoder.encode(sounds)
    const { user, system } = process.cpuUsage(cpu)
    measured.push({ wallMs: performance.now() - began, processorMs: (user + system) / 1000 })
  }
  await encoder.close()
  const wallMs = median(measured.map((run) => run.wallMs))
  const processorMs = median(measured.map((run) => run.processorMs))
  const isUsual = engine === 'onnxruntime-node' && threads === undefined
  const workers = isUsual
    ? `; two workers ${(await workersRatio('audio', encoder.parameters, sounds, count / sounds.length)).toFixed(2)} times as fast`
    : ''
  const bound = wanted ? ` (wanted: ${wanted})` : ''
  console.log(
    `${rate} Hz → ${encoder.featureDim}: ${Math.round((count * 1000) / wallMs)} sounds/s${bound}, ` +
      `${(processorMs / count).toFixed(3)} ms of processor a sound${workers}`,
  )
}

function noise(rate: number, seed: number) {
  let state = seed
  const samples = Float32Array.from({ length: rate }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  })
  return { sampleRateHz: rate, channels: [samples] }
}
