// An evaluation as rows of text, for the terminal and for the page.

import type { Report } from '../spec/space.ts'
import type { Language } from './language.ts'

export const reportColumns: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'query > answer',
    'queries',
    'gallery',
    'recall@1',
    'recall@5',
    'recall@10',
    'median rank',
    'mAP',
    'chance',
  ],
  zh: ['查询 > 答案', '查询数', '候选数', 'recall@1', 'recall@5', 'recall@10', '中位排名', 'mAP', '随机水平'],
}

/** One row a pair; undefined where a measure is absent. Shares have three decimals. */
export function reportRows({ pairs }: Report): (string | undefined)[][] {
  const share = (value: number | undefined) => value?.toFixed(3)
  return Object.entries(pairs).map(([name, pair]) => [
    name.replace('>', ' > '),
    String(pair.queries),
    String(pair.gallery),
    share(pair['recall@1']),
    share(pair['recall@5']),
    share(pair['recall@10']),
    pair.medianRank?.toLocaleString('en'),
    share(pair.map),
    share(pair.chance),
  ])
}
