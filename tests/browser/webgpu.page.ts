// In the page (and in Node, to compare with): the whole training step of a small space over three senses with missing
// cells, on a device, and whether WebGPU takes all of its nodes.

import { Graph } from '../../src/graph/graph.ts'
import * as op from '../../src/graph/ops.ts'
import { openGraph } from '../../src/graph/session.ts'
import { matrix } from '../../src/math/matrix.ts'
import { Random } from '../../src/math/random.ts'
import type { Device } from '../../src/platform/ort.ts'
import { projectionParameters, trunkParameters } from '../../src/space/project/tower.ts'
import { pairLosses } from '../../src/space/train/pair-losses.ts'
import { trainingGraph } from '../../src/space/train/training-graph.ts'

const slots = 12
const senses = [
  { modality: 'text', inputs: matrix(slots, 12) },
  { modality: 'image', inputs: matrix(slots, 8) },
  { modality: 'audio', inputs: matrix(slots, 16) },
] as const
const shape = { dim: 8, hidden: 16, trunk: 12 }

const options = {
  shape,
  weightDecay: 0.01,
  loss: 'info-nce',
  logitScale: 10,
  logitBias: 0,
  structure: 0,
  structureTemperature: 0.1,
} as const

function trainingCase() {
  const random = new Random(3)
  const start = (cols: number) => ({ W: matrix(cols, 8, random.normals(cols * 8)), b: random.normals(8) })
  const parameters = [
    ...senses.flatMap(({ modality, inputs }) => projectionParameters(modality, shape, start(inputs.cols), 1)),
    ...trunkParameters([], shape, 1),
    ...pairLosses[options.loss].parameters(options),
  ]
  const training = trainingGraph(senses, parameters, false, options)
  const batch = {
    slots,
    meanings: Int32Array.from({ length: slots }, (_, slot) => slot >> 1),
    senses: senses.map(({ inputs }, s) => ({
      inputs: random.normals(slots * inputs.cols),
      present: Float32Array.from({ length: slots }, (_, slot) => (slot % 5 === s ? 0 : 1)),
      contents: Int32Array.from({ length: slots }, (_, slot) => slot),
    })),
  }
  const starts = Object.fromEntries(parameters.map(({ name, start }) => [name, start]))
  return { ...training, batch, starts }
}

/** The losses of some steps on one batch, what became of one projection, and what each step read back from the GPU. */
export async function train(device: Device, steps: number) {
  const readBack = countReadBack()
  const readBackBytes: number[] = []
  const { graph, optimiser, feeds, batch, starts } = trainingCase()
  const session = await openGraph(graph, { device, carry: optimiser.carry })
  const losses: number[] = []
  for (let step = 1; step <= steps; step++) {
    const state = step === 1 ? { ...starts, ...optimiser.moments() } : {}
    const { loss } = await session.run({ ...state, ...feeds(batch), ...optimiser.feeds(step, 0.01) })
    losses.push(loss.data[0] as number)
    readBackBytes.push(readBack())
  }
  const carried = await session.readCarried()
  await session.close()
  return { device: session.device, losses, weights: carried['text.W'].data as Float32Array, readBackBytes }
}

/** A function that gives the bytes of GPU buffers that were mapped for reading since it was last called. */
function countReadBack(): () => number {
  interface MappedBuffer {
    readonly size: number
    mapAsync(mode: number, ...range: number[]): Promise<void>
  }
  const { GPUBuffer } = globalThis as { GPUBuffer?: { prototype: MappedBuffer } }
  let bytes = 0
  if (GPUBuffer) {
    const { mapAsync } = GPUBuffer.prototype
    GPUBuffer.prototype.mapAsync = function (mode, ...range) {
      bytes += this.size
      return mapAsync.call(this, mode, ...range)
    }
  }
  return () => {
    const counted = bytes
    bytes = 0
    return counted
  }
}

/** Why there is no WebGPU here; null where there is. */
export async function whyNoWebGpu(): Promise<string | null> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu
  if (!gpu) return 'this Chromium has no WebGPU'
  return (await gpu.requestAdapter()) ? null : 'this Chromium finds no adapter for WebGPU'
}

/** Opens a model on WebGPU and forbids that any node runs on the CPU: `all on WebGPU`, or what ONNX Runtime says. */
async function placement(graph: Graph): Promise<string> {
  const { InferenceSession } = await import('onnxruntime-web/webgpu')
  const options = { executionProviders: ['webgpu'], extra: { session: { disable_cpu_ep_fallback: '1' } } }
  try {
    await (await InferenceSession.create(graph.toModel(), options)).release()
    return 'all on WebGPU'
  } catch (error) {
    return (error as Error).message
  }
}

export function placementOfTraining(): Promise<string> {
  return placement(trainingCase().graph)
}

/** LogSoftmax has no WebGPU kernel, so this must not be `all on WebGPU`. */
export function placementOfLogSoftmax(): Promise<string> {
  const graph = new Graph()
  graph.output('y', op.LogSoftmax(graph.input('x', 'float32', ['batch', 4])))
  return placement(graph)
}
