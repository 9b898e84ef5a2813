// A small space with an index, for tests of the server: the coloured shapes, fitted in a second or two.

import { join } from 'node:path'
import { createIndex, encode, fitSpace, imageEncoder, openDataset, textEncoder } from '../src/index.ts'
import { writeShapes } from './shapes.ts'

export interface ServedShapes {
  /** Folder `served.space`. */
  readonly space: string
  readonly index: string
  /** The table, in a folder `shapes` beside. */
  readonly table: string
}

export async function serveShapes(folder: string): Promise<ServedShapes> {
  const table = writeShapes(join(folder, 'shapes'))
  const dataset = await openDataset(table)
  const encoders = { text: textEncoder(), image: imageEncoder({ size: 32 }) }
  const features = await encode(dataset, encoders, { cache: false })
  const fitted = await fitSpace(features, { dim: 8, method: 'cca' })
  const space = join(folder, 'served.space')
  await fitted.save(space)
  const made = createIndex(fitted)
  await made.add(features)
  const index = join(folder, 'served.index')
  await made.save(index)
  for (const encoder of Object.values(encoders)) await encoder.close()
  await made.close()
  await fitted.close()
  return { space, index, table }
}
