// In the page: the whole way, from files in memory to what a search finds, and once more from what was saved.

import {
  createIndex,
  encode,
  evaluate,
  fitSpace,
  imageEncoder,
  openDataset,
  openIndex,
  openSpace,
  textEncoder,
} from '../../src/index.ts'

export interface WholeWay {
  readonly pairs: Record<string, { 'recall@10'?: number }>
  readonly leftOut: number
  readonly stages: string[]
  /** What the words find, each with its similarity. */
  readonly hits: [string, number][]
  /** The same from the files of the space and the bytes of the index. */
  readonly again: [string, number][]
}

export async function wholeWay(
  files: Readonly<Record<string, Uint8Array>>,
  words: string,
): Promise<WholeWay> {
  const stages = new Set<string>()
  const call = { onProgress: ({ stage }: { stage: string }) => void stages.add(stage) }
  const dataset = await openDataset(new Map(Object.entries(files)), call)
  const encoders = { text: textEncoder(), image: imageEncoder({ size: 32 }) }
  const features = await encode(dataset, encoders, call)
  const space = await fitSpace(features, { dim: 16, epochs: 4, seed: 1, ...call })
  const { pairs } = await evaluate(space, features, { split: 'test', ...call })

  const index = createIndex(space)
  await index.add(dataset)
  const search = async (from: typeof index) =>
    (await from.search({ text: words }, { want: 'image', k: 4 })).map(
      ({ content, similarity }): [string, number] => [content, similarity],
    )
  const hits = await search(index)
  const opened = await openIndex(index.toBytes(), await openSpace(space.toFiles()))
  const again = await search(opened)
  return { pairs, leftOut: features.problems.length, stages: [...stages], hits, again }
}
