// A small space with an index, for tests of the server: the coloured shapes, fitted in a second or two.

import { join } from 'node:path'
import {
  createIndex,
  type Encoders,
  encode,
  fitSpace,
  imageEncoder,
  openDataset,
  textEncoder,
} from '../src/index.ts'
import { writeShapes } from './shapes.ts'

export interface ServedShapes {
  readonly space: string
  readonly index: string
  /** The table, in a folder `shapes` beside. */
  readonly table: string
}

export function serveShapes(folder: string): Promise<ServedShapes> {
  const encoders = { text: textEncoder(), image: imageEncoder({ size: 32 }) }
  return serveTable(writeShapes(join(folder, 'shapes')), { folder, name: 'served', encoders, dim: 8 })
}

export interface ServedTableOptions {
  /** Where space and index go, as `NAME.space` and `NAME.index`. */
  readonly folder: string
  readonly name: string
  /** Closed when all is encoded. */
  readonly encoders: Encoders
  readonly dim: number
}

/** A table fitted by the quickest method, and its index. */
export async function serveTable(
  table: string,
  { folder, name, encoders, dim }: ServedTableOptions,
): Promise<ServedShapes> {
  const features = await encode(await openDataset(table), encoders, { cache: false })
  const fitted = await fitSpace(features, { dim, method: 'cca' })
  const space = join(folder, `${name}.space`)
  await fitted.save(space)
  const made = createIndex(fitted)
  await made.add(features)
  const index = join(folder, `${name}.index`)
  await made.save(index)
  for (const encoder of Object.values(encoders)) await encoder?.close()
  await made.close()
  await fitted.close()
  return { space, index, table }
}
