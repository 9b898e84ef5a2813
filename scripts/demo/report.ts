// How well each sense finds each other, as a table that a person can read: things never met, then voices never met.

import type { Bilingual, Language } from '../../src/cli/language.ts'
import { formatTable } from '../../src/cli/table.ts'
import type { Report } from '../../src/spec/space.ts'

type Found = Pick<Report, 'pairs'>

/** What each view is called. */
export const senses: Readonly<Record<string, Bilingual>> = {
  image: { en: 'picture', zh: '图画' },
  'text.en': { en: 'English', zh: '英文' },
  'text.zh': { en: 'Chinese', zh: '中文' },
  audio: { en: 'speech', zh: '语音' },
}

const titles = {
  things: {
    en: 'Things it never met (where spoken: by voices that it never met either)',
    zh: '从未见过的事物（其语音也出自从未听过的嗓音）',
  },
  voices: {
    en: 'Voices it never met, saying names that it knows',
    zh: '从未听过的嗓音，念它认识的名字',
  },
  header: {
    en: ['asked with → found', 'recall@1', 'recall@10', 'gallery', 'recall@10 by chance'],
    zh: ['以何寻何', 'recall@1', 'recall@10', '候选数', '随机的 recall@10'],
  },
} as const

export function formatReports(things: Found, voices: Found, language: Language): string {
  const voicesOnly = Object.entries(voices.pairs).filter(([pair]) => pair.startsWith('audio>'))
  return [
    titles.things[language],
    formatPairs(Object.entries(things.pairs), language),
    '',
    titles.voices[language],
    formatPairs(voicesOnly, language),
  ].join('\n')
}

function formatPairs(
  pairs: readonly (readonly [string, Report['pairs'][string]])[],
  language: Language,
): string {
  const rows = pairs.map(([pair, { gallery, ...recall }]) => {
    const [from, to] = pair.split('>').map((view) => senses[view][language])
    return [
      `${from} → ${to}`,
      percent(recall['recall@1']),
      percent(recall['recall@10']),
      gallery,
      percent(10 / gallery),
    ]
  })
  return formatTable(titles.header[language], rows).replace(/^/gm, '  ')
}

function percent(share = 0): string {
  return `${(100 * share).toFixed(0)}%`
}
