// How the items of a split lie in the space, as rows of text: views first, then pairs.

import type { GeometryReport } from '../spec/space.ts'
import type { Bilingual, Language } from './language.ts'

/** A table with its title and its columns explained. */
export interface TitledTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | undefined)[])[]
  readonly note: string
}

const words = {
  en: {
    views: 'Geometry of the views',
    pairs: 'Geometry of the pairs',
    calibration: 'Confidence in the best hit',
    viewColumns: ['view', 'items', 'effective rank', 'uniformity'],
    pairColumns: ['query > answer', 'modality gap', 'alignment', 'hubness'],
    calibrationColumns: [
      'query > answer',
      'queries',
      'confidence',
      'right',
      'ECE',
      'Brier',
      'false accepts',
      'false rejects',
    ],
  },
  zh: {
    views: '各视图的几何',
    pairs: '各配对的几何',
    calibration: '对首条结果的把握',
    viewColumns: ['视图', '条目数', '有效秩', '均匀性'],
    pairColumns: ['查询 > 答案', '模态间隙', '对齐度', '枢纽性'],
    calibrationColumns: ['查询 > 答案', '查询数', '把握', '正确率', 'ECE', 'Brier', '误受率', '误拒率'],
  },
}

const notes: Readonly<Record<'views' | 'pairs' | 'calibration', Bilingual>> = {
  views: {
    en: 'Effective rank: directions really used. Uniformity: -8 to 0, smaller is better spread.',
    zh: '有效秩：实际用到的方向数。均匀性：-8 到 0，越小分布越开。',
  },
  pairs: {
    en: 'Modality gap: distance of the means, 0 to 2. Alignment: mean squared distance of what belongs together, smaller is better. Hubness: skewness of how often an item is among the ten nearest; about 0 without hubs.',
    zh: '模态间隙：两均值的距离，0 到 2。对齐度：同义条目间距离平方的平均值，越小越好。枢纽性：条目进入前十的次数的偏度，无枢纽时约为 0。',
  },
  calibration: {
    en: 'Confidence and right should agree; ECE and Brier: smaller is better. False accepts: queries without an answer that are not told that nothing matches; false rejects: queries with one that are.',
    zh: '“把握”与“正确率”应当一致；ECE 与 Brier 越小越好。误受率：答案不在其中而未提示“没有相符的内容”的查询比例；误拒率：答案在其中却如此提示的比例。',
  },
}

/** Views, pairs and, where the space has confidence, how far it can be trusted. */
export function geometryTables({ views, pairs }: GeometryReport, language: Language): TitledTable[] {
  const text = words[language]
  const number = (value: number | undefined, digits = 3) => value?.toFixed(digits)
  const arrow = (name: string) => name.replace('>', ' > ')
  const tables: TitledTable[] = [
    {
      title: text.views,
      columns: text.viewColumns,
      rows: Object.entries(views).map(([name, { items, effectiveRank, uniformity }]) => [
        name,
        String(items),
        number(effectiveRank, 1),
        number(uniformity, 2),
      ]),
      note: notes.views[language],
    },
    {
      title: text.pairs,
      columns: text.pairColumns,
      rows: Object.entries(pairs).map(([name, { modalityGap, alignment, hubness }]) => [
        arrow(name),
        number(modalityGap, 2),
        number(alignment, 2),
        number(hubness, 2),
      ]),
      note: notes.pairs[language],
    },
    {
      title: text.calibration,
      columns: text.calibrationColumns,
      rows: Object.entries(pairs).flatMap(([name, { calibration: of }]) =>
        of
          ? [
              [
                arrow(name),
                String(of.queries),
                number(of.confidence),
                number(of.right),
                number(of.ece),
                number(of.brier),
                number(of.falseAccepts),
                number(of.falseRejects),
              ],
            ]
          : [],
      ),
      note: notes.calibration[language],
    },
  ]
  return tables.filter(({ rows }) => rows.length > 0)
}
