// Files that a person named one by one, as a dataset: each a thing of its own, called as it was typed. Its kind is
// told by the extension here; decoders look at the bytes.

import { statSync } from 'node:fs'
import { locateFile, readFile } from '#platform/files'
import { modalityOfFile } from '../dataset/files-of-one-modality.ts'
import type { Dataset, Problem, Row, View } from '../spec/dataset.ts'
import { TongganError } from '../spec/errors.ts'

/** Whether `openDataset` is for this one. */
export function isTableOrFolder(path: string): boolean {
  return /\.(csv|jsonl)$/i.test(path) || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)
}

/** @throws TongganError `unsupported-format` where no file is of a known kind */
export function datasetOfFiles(paths: readonly string[]): Dataset {
  const views = new Map<string, View>()
  const problems: Problem[] = []
  const rows: Row[] = []
  for (const path of paths) {
    const modality = modalityOfFile(path)
    if (!modality) {
      problems.push({ error: unknownKind(path) })
      continue
    }
    views.set(modality, { name: modality, modality, source: 'raw' })
    rows.push({ id: path, split: 'test', number: rows.length + 1, cells: { [modality]: path } })
  }
  if (rows.length === 0) throw problems[0].error
  return {
    name: paths.length === 1 ? paths[0] : `${paths.length} files`,
    rows,
    views: [...views.values()],
    problems,
    splits: 'made',
    read: async (row, view) => ({
      kind: 'file',
      bytes: await readFile(row.cells[view]),
      name: row.cells[view],
    }),
    async open(row, view) {
      const name = row.cells[view]
      const located = await locateFile(name)
      if (!located) throw unknownKind(name)
      const { size, read, close } = await located.folder.open(located.path)
      return { name, size, read, close }
    },
    async readPrecomputed() {
      throw new Error('files have no precomputed views')
    },
  }
}

function unknownKind(path: string): TongganError {
  return new TongganError('unsupported-format', {
    operation: 'index',
    path,
    expected: 'a table (.csv or .jsonl), a folder, or a file of a known kind',
    received: /\.\w+$/.exec(path)?.[0] ?? 'a name without an ending',
  })
}
