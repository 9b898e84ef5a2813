// Plain facts of a space and of a table, as pages ask for them: what can cross from a worker as it is.

import type { Dataset, ModalityName, OnnxSpace, Problem, SearchIndex, Split } from 'tonggan'
import type { LeftOut, OpenSpace, OpenTable } from '../studio-engine.ts'

const splits = ['train', 'val', 'test'] as const

export function describeSpace(
  name: string,
  space: OnnxSpace,
  index: SearchIndex,
  canEvaluate: readonly Split[],
): OpenSpace {
  const { hash, dim, modalities, splits, fit, evaluation } = space.manifest
  const items = countBy(index.entries.map(({ view }) => view))
  return {
    name,
    hash,
    dim,
    senses: modalities.map(({ name, encoder, featureDim, views }) => {
      const indexed = index.views.filter((view) => view === name || view.startsWith(`${name}.`))
      return {
        name,
        encoder: encoder.id,
        featureDim,
        views: [...new Set([...views, ...indexed])].map((view) => ({
          name: view,
          items: items.get(view) ?? 0,
        })),
      }
    }),
    splits,
    fit,
    evaluation,
    searchable: index.count,
    canEvaluate,
  }
}

export function describeTable(dataset: Dataset, encoded: ReadonlySet<ModalityName>): OpenTable {
  const { name, rows, views, problems } = dataset
  return {
    name,
    rows: rows.length,
    splits: { source: dataset.splits, rows: rowsOfSplits(dataset) },
    views: views.map((view) => {
      const cells = rows.flatMap(({ cells }) => cells[view.name] ?? [])
      const canEncode = view.source === 'npy' || encoded.has(view.modality)
      return { ...view, items: cells.length, examples: cells.slice(0, 3), canEncode }
    }),
    labels: new Set(rows.flatMap(({ label }) => label ?? [])).size,
    leftOut: leftOutOf(problems),
  }
}

export function leftOutOf(problems: readonly Problem[]): LeftOut[] {
  return problems.map(({ row, view, error }) => ({ row, view, code: error.code, message: error.message }))
}

export function rowsOfSplits({ rows }: Pick<Dataset, 'rows'>): Record<Split, number> {
  const counts = countBy(rows.map(({ split }) => split))
  return Object.fromEntries(splits.map((split) => [split, counts.get(split) ?? 0])) as Record<Split, number>
}

function countBy<Key>(keys: readonly Key[]): Map<Key, number> {
  const counts = new Map<Key, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
