// An evaluation as rows of text, for the terminal and for the page.

import type { Report } from '../spec/space.ts'
import type { Language } from './language.ts'

const measures = ['recall@1', 'recall@5', 'recall@10'] as const
const words = {
  en: {
    before: ['query > answer', 'queries', 'gallery'],
    rank: 'median rank',
    chance: (measure: string) => `${measure} by chance`,
    emergent: '(emergent)',
    note: 'Emergent: senses that were never fitted as a pair, but only each with others.',
  },
  zh: {
    before: ['查询 > 答案', '查询数', '候选数'],
    rank: '中位排名',
    chance: (measure: string) => `${measure} 随机水平`,
    emergent: '（涌现）',
    note: '涌现：两种感官从未配对训练，只各自与其他感官配对过。',
  },
}

/** The last column says of which measure it is: mAP where there are labels, else recall@1. */
export function reportColumns({ pairs }: Report, language: Language): string[] {
  const { before, rank, chance } = words[language]
  const hasLabels = Object.values(pairs).some(({ map }) => map !== undefined)
  return [...before, ...measures, 'MRR', rank, 'mAP', chance(hasLabels ? 'mAP' : 'recall@1')]
}

/** One row a pair; undefined where a measure is absent. Shares have three decimals. */
export function reportRows({ pairs }: Report, language: Language): (string | undefined)[][] {
  const share = (value: number | undefined) => value?.toFixed(3)
  return Object.entries(pairs).map(([name, pair]) => [
    `${name.replace('>', ' > ')}${pair.emergent ? ` ${words[language].emergent}` : ''}`,
    String(pair.queries),
    String(pair.gallery),
    ...measures.map((measure) => share(pair[measure])),
    share(pair.mrr),
    pair.medianRank?.toLocaleString('en'),
    share(pair.map),
    share(pair.chance),
  ])
}

/** What is said below the rows; undefined where there is nothing to say. */
export function reportNote({ pairs }: Report, language: Language): string | undefined {
  return Object.values(pairs).some(({ emergent }) => emergent) ? words[language].note : undefined
}
