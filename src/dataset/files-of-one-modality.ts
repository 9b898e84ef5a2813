// A plain folder of files of one modality as a table: each file a row, its path the id. The kind is told by the
// extension here, for listing only; decoders look at the bytes.

import type { Problem } from '../spec/dataset.ts'
import { TongganError } from '../spec/errors.ts'
import type { ModalityName } from '../spec/modality.ts'
import { cellOfFile } from './cell.ts'
import type { Table } from './read-table.ts'

const extensions: Readonly<Record<ModalityName, string>> = {
  text: 'txt md',
  image: 'png jpg jpeg webp avif gif svg',
  audio: 'wav mp3 ogg oga opus flac',
  video: 'mp4 m4v webm mov mkv',
  motion: 'bvh glb gltf vrma',
  code: 'js mjs cjs jsx ts mts tsx py rb go rs c h cc cpp hpp cs java kt swift php sh bash sql lua r html css',
}

const modalityOfExtension = new Map(
  Object.entries(extensions).flatMap(([modality, names]) =>
    names.split(' ').map((name) => [name, modality as ModalityName] as const),
  ),
)

export function modalityOfFile(path: string): ModalityName | undefined {
  return modalityOfExtension.get(/\.(\w+)$/.exec(path)?.[1].toLowerCase() ?? '')
}

/** @throws TongganError `not-enough-data` where there are none, `bad-table` where there are several modalities */
export function tableOfFiles(paths: readonly string[], folder: string): Table {
  const byModality = new Map<ModalityName, string[]>()
  const problems: Problem[] = []
  for (const path of paths) {
    const modality = modalityOfFile(path)
    if (!modality) {
      problems.push({ error: unknownKind(path) })
      continue
    }
    const known = byModality.get(modality)
    if (known) known.push(path)
    else byModality.set(modality, [path])
  }
  const [[modality, files] = [undefined, []], ...others] = byModality
  if (!modality) {
    throw new TongganError('not-enough-data', {
      operation: 'read folder',
      path: folder,
      expected: 'a table (items.csv or items.jsonl) or files of one modality',
      received: paths.length === 0 ? 'an empty folder' : `${paths.length} files of other kinds`,
    })
  }
  if (others.length > 0) {
    throw new TongganError('bad-table', {
      operation: 'read folder',
      path: folder,
      expected: 'files of one modality',
      received: Array.from(byModality, ([name, { length }]) => `${length} ${name}`).join(', '),
      remedy: 'write a table that says which belong together, or name a folder of one modality',
    })
  }
  const rows = files.map((path, i) => ({
    id: path,
    number: i + 1,
    cells: { [modality]: cellOfFile(modality, path) },
  }))
  return { rows, views: [{ name: modality, modality, source: 'raw' }], problems }
}

function unknownKind(path: string): TongganError {
  return new TongganError('unsupported-format', {
    operation: 'read folder',
    path,
    expected: `a file of a known kind (${[...modalityOfExtension.keys()].slice(0, 12).join(', ')}, …)`,
    received: /\.(\w+)$/.exec(path)?.[0] ?? 'none that its name tells',
  })
}
