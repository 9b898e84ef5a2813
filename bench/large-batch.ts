// Memory of one training step on a large batch: all at once, and through cached embedding gradients (`CachedStep`), each in a
// process of its own. Two senses of 384 inputs, the default towers. What is held at once is [slots, slots] several times
// over, so all at once grows with the square of the batch; the cache must stay below half of it, with the same loss.
//
//   node --conditions=tonggan-source bench/large-batch.ts [slots]

import { spawnSync } from 'node:child_process'
import { matrix } from '../src/math/matrix.ts'
import { Random } from '../src/math/random.ts'
import { resolveFitOptions } from '../src/space/fit/fit-options.ts'
import { trainedShape } from '../src/space/fit/starting-parameters.ts'
import { projectionParameters, trunkParameters } from '../src/space/project/tower.ts'
import { CachedStep } from '../src/space/train/cached-step.ts'
import { pairLosses } from '../src/space/train/pair-losses.ts'
import { WholeStep } from '../src/space/train/training-step.ts'

const [slots = 8192, chunk] = process.argv.slice(2).map(Number)
const wanted = 0.5

if (chunk === undefined) {
  const [whole, cached] = [slots, 1024].map((chunkSlots) => measured(chunkSlots))
  console.log(`one step on ${slots} slots: all at once ${whole.mib} MiB, loss ${whole.loss}`)
  console.log(`through the cache, 1024 at a time: ${cached.mib} MiB, loss ${cached.loss}`)
  const ratio = cached.mib / whole.mib
  const isGood = ratio <= wanted && Math.abs(cached.loss - whole.loss) < 1e-4
  console.log(
    `memory ${ratio.toFixed(2)} of all at once (wanted at most ${wanted}): ${isGood ? 'ok' : 'FAIL'}`,
  )
  if (!isGood) process.exitCode = 1
} else {
  const before = process.resourceUsage().maxRSS
  const loss = await step(chunk)
  const mib = Math.round((process.resourceUsage().maxRSS - before) / 1024)
  console.log(JSON.stringify({ mib, loss }))
}

function measured(chunkSlots: number): { mib: number; loss: number } {
  const command = ['--conditions=tonggan-source', import.meta.filename, String(slots), String(chunkSlots)]
  const { stdout } = spawnSync(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  return JSON.parse(stdout.toString())
}

/** The loss of one step. */
async function step(chunkSlots: number): Promise<number> {
  const options = resolveFitOptions({})
  const shape = trainedShape(options)
  const random = new Random(1)
  const senses = (['image', 'audio'] as const).map((modality) => ({ modality, inputs: matrix(slots, 384) }))
  const start = { W: matrix(384, shape.dim, random.normals(384 * shape.dim)), b: new Float32Array(shape.dim) }
  const parameters = [
    ...senses.flatMap(({ modality }) => projectionParameters(modality, shape, start, 1)),
    ...trunkParameters(['image', 'audio'], shape, 1),
    ...pairLosses[options.loss].parameters(options),
  ]
  const numbers = Int32Array.from({ length: slots }, (_, slot) => slot)
  const batch = {
    slots,
    meanings: numbers,
    senses: senses.map(() => ({
      inputs: random.normals(slots * 384),
      present: new Float32Array(slots).fill(1),
      contents: numbers,
    })),
  }
  const training =
    chunkSlots < slots
      ? await CachedStep.open(senses, parameters, { ...options, shape }, chunkSlots)
      : await WholeStep.open(senses, parameters, true, { ...options, shape })
  const { loss } = await training.run(batch, 1, 1e-4)
  await training.close()
  return loss.data[0] as number
}
