// How well a space finds things of a made-up world, by brute force; for tests.

import type { EncodedDataset } from '../../spec/dataset.ts'
import type { OnnxSpace } from '../onnx-space.ts'

/** Share of test things that one view finds first in another. */
export async function recallAt1(
  space: OnnxSpace,
  world: EncodedDataset,
  from: string,
  to: string,
): Promise<number> {
  const [queries, gallery] = await Promise.all([from, to].map((name) => testEmbeddings(space, world, name)))
  const found = queries.rows.filter((row, q) => {
    const own = gallery.rows.indexOf(row)
    if (own < 0) return false
    const similarity = (item: number) => {
      let sum = 0
      for (let k = 0; k < space.dim; k++)
        sum += queries.data[q * space.dim + k] * gallery.data[item * space.dim + k]
      return sum
    }
    return gallery.rows.every((_, item) => item === own || similarity(item) < similarity(own))
  })
  return found.length / queries.rows.length
}

/** Embeddings of the test items of a view, and their rows. */
export async function testEmbeddings(space: OnnxSpace, world: EncodedDataset, name: string) {
  const view = world.views.find((each) => each.name === name)!
  const order = [...view.rows.keys()].filter((item) => world.rows[view.rows[item]].split === 'test')
  const data: number[] = []
  for await (const chunk of view.features.chunks({ order }))
    data.push(...(await space.embed(view.modality, chunk)))
  return { rows: order.map((item) => view.rows[item]), data }
}
