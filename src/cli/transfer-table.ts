// A transfer as rows of text: guessing, each number of shots, the oracle.

import type { LearnedFrom, TransferReport } from '../transfer/transfer-labels.ts'
import type { Bilingual, Language } from './language.ts'

export const transferColumns: Readonly<Record<Language, readonly string[]>> = {
  en: ['shots a class', 'method', 'right', 'spread', 'on held-out groups'],
  zh: ['每类样例数', '方法', '正确率', '标准差', '留出分组上'],
}

const bounds = {
  en: { chance: 'chance', oracle: 'oracle', all: 'all' },
  zh: { chance: '随机水平', oracle: '全知上限', all: '全部' },
}

/** From chance to oracle; shares have three decimals. Methods keep the names that `--method` takes. */
export function transferRows(
  { chance, oracle, results }: TransferReport,
  language: Language,
): (string | undefined)[][] {
  const words = bounds[language]
  const share = (value: number) => value.toFixed(3)
  return [
    ['-', words.chance, share(chance), undefined, undefined],
    ...results.map(({ shots, accuracy, winners, race }) => [
      String(shots),
      [...new Set(winners.map(({ method }) => method))].join(', '),
      share(accuracy.mean),
      accuracy.values.length > 1 ? share(accuracy.spread) : undefined,
      race.entries
        .flatMap(({ method, validation }) =>
          validation === undefined ? [] : `${method} ${share(validation)}`,
        )
        .join(', ') || undefined,
    ]),
    ...(oracle ? [[words.all, words.oracle, share(oracle.accuracy), undefined, undefined]] : []),
  ]
}

/** What the classifier learned from, in words. */
export function learnedFromWords({ from, to, learnedFrom }: TransferReport, language: Language): string[] {
  const words: Record<LearnedFrom['what'], Bilingual> = {
    names: { en: 'names of classes', zh: '个类名' },
    labels: { en: `labels of ${from}`, zh: `个 ${from} 标签` },
    pairs: {
      en: `pairs of ${from} and ${to}, without labels of ${to}`,
      zh: `对 ${from} 与 ${to}（不看 ${to} 的标签）`,
    },
    'unlabelled items': { en: `items of ${to} without labels`, zh: `条无标签的 ${to}` },
    shots: { en: `labels of ${to} (shots)`, zh: `个 ${to} 标签（样例）` },
  }
  return learnedFrom.map(({ what, count }) => `${count.toLocaleString('en')} ${words[what][language]}`)
}
