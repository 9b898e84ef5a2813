// What the tests of losses share: two senses of five slots with all that makes positives hard, a run of a loss with its
// gradients, and finite differences of the formula as one writes it down, in float64.

import { gradients } from '../../graph/gradients.ts'
import { Graph, type Value } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import { matrix, normaliseRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import type { Tensor } from '../../spec/tensor.ts'
import type { Batch } from '../train/batches.ts'

export const slots = 5
export const dim = 4

/** Slots 0 and 3 mean the same; slots 1 and 2 carry equal captions in b; slot 4 lacks b. */
export const batch: Batch = {
  slots,
  meanings: Int32Array.of(7, 1, 2, 7, 4),
  senses: [
    {
      inputs: new Float32Array(),
      present: Float32Array.of(1, 1, 1, 1, 1),
      contents: Int32Array.of(0, 1, 2, 3, 4),
    },
    {
      inputs: new Float32Array(),
      present: Float32Array.of(1, 1, 1, 1, 0),
      contents: Int32Array.of(0, 9, 9, 3, -1),
    },
  ],
}

const random = new Random(3)
export const a = normaliseRows(matrix(slots, dim, random.normals(slots * dim))).data
export const b = normaliseRows(matrix(slots, dim, random.normals(slots * dim))).data
/** Whether slot i of a and slot j of b are positives. */
export const positive = (i: number, j: number) =>
  batch.meanings[i] === batch.meanings[j] || batch.senses[1].contents[i] === batch.senses[1].contents[j]

/** `loss`, and the gradient of each of `wrt` by its name. */
export async function lossAndGradients(
  feeds: Readonly<Record<string, Tensor>>,
  wrt: readonly string[],
  build: (inputs: Readonly<Record<string, Value>>) => Value,
): Promise<Record<string, Float32Array>> {
  const graph = new Graph()
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { dims }]) => [name, graph.input(name, 'float32', dims)]),
  )
  const loss = build(inputs)
  graph.output('loss', loss)
  const values = wrt.map((name) => inputs[name])
  for (const [k, gradient] of gradients(loss, values).entries()) graph.output(`d_${wrt[k]}`, gradient)
  const session = await openGraph(graph, { threads: 1 })
  const outputs = await session.run(feeds)
  await session.close()
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name.replace('d_', ''), data as Float32Array]),
  )
}

/** d loss / d at, by central differences. */
export function differences(at: Float32Array, loss: (moved: Float64Array) => number): number[] {
  const step = 1e-5
  return Array.from(at, (_, k) => {
    const [up, down] = [step, -step].map((by) =>
      loss(Float64Array.from(at, (value, i) => value + (i === k ? by : 0))),
    )
    return (up - down) / (2 * step)
  })
}
