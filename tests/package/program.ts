// A person's own program in Node: fits a space on a table and saves it, or opens one that was saved, and prints what
// it embeds. `node program.ts fit|open TABLE SPACE PICTURES`

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encode, evaluate, fitSpace, imageEncoder, openDataset, textEncoder } from 'tonggan'
import { embedAll } from './embed.ts'

const [task, table, folder, pictures] = process.argv.slice(2)
let report: unknown
if (task === 'fit') {
  const dataset = await openDataset(table)
  const features = await encode(dataset, { text: textEncoder(), image: imageEncoder({ size: 32 }) })
  const space = await fitSpace(features, { dim: 16, epochs: 4, seed: 1 })
  report = await evaluate(space, features, { split: 'test' })
  await space.save(folder)
}
const embeddings = await embedAll(
  await filesOf(folder),
  ['red circle', '蓝色星形'],
  Object.values(await filesOf(pictures)),
)
console.log(JSON.stringify({ report, text: [...embeddings.text], image: [...embeddings.image] }))

async function filesOf(folder: string): Promise<Record<string, Uint8Array>> {
  const names = (await readdir(folder)).sort()
  const files = names.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))])
  return Object.fromEntries(await Promise.all(files))
}
