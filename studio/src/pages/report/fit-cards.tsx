// How the space came about: the curves of its training and the race that chose its method, from `space.json`'s own words.

import { Card } from '../../look/parts.tsx'
import type { Epoch } from '../../state/fitting.ts'
import { Curves } from '../fit/curves.tsx'
import '../fit/fit.css'
import { FiguresTable } from './figures-table.tsx'
import { reportWords } from './report-words.ts'

interface RaceEntry {
  readonly method: string
  readonly inputs: string
  readonly score: number
}

export function FitCards({ fit }: { fit: Readonly<Record<string, unknown>> }) {
  const words = reportWords()
  const race = listOf<RaceEntry>(fit.race)
  const epochs = listOf<Omit<Epoch, 'phase'>>(fit.history).map((epoch) => ({
    ...epoch,
    phase: 'fit' as const,
  }))
  return (
    <div class="columns">
      {race.length > 0 && (
        <Card title={words.race}>
          <FiguresTable
            label={words.race}
            columns={[words.method, words.inputs, words.score]}
            rows={race.map(({ method, inputs, score }) => [method, inputs, score])}
          />
        </Card>
      )}
      {epochs.length > 0 && (
        <Card title={words.fit}>
          <Curves epochs={epochs} />
        </Card>
      )}
    </div>
  )
}

/** What older spaces do not tell is empty. */
function listOf<Item>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value : []
}
