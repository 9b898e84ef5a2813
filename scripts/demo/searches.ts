// Live searches in every direction: in a person's own words, and with things never met, drawn by lot rather than picked.

import type { Bilingual, Language } from '../../src/cli/language.ts'
import { Random } from '../../src/math/random.ts'
import type { Query } from '../../src/retrieval/query.ts'
import type { SearchIndex } from '../../src/retrieval/search-index.ts'
import type { Hit } from '../../src/spec/search.ts'
import { senses } from './report.ts'
import type { Thing } from './things.ts'

/** What is asked; `answer` is the thing that is right, where one is. */
interface Question {
  readonly from: string
  readonly want: string
  readonly query: Query
  readonly shown: string
  readonly answer?: Thing
}

/** A thing and where its picture and its speech lie. */
export interface Example {
  readonly thing: Thing
  readonly picture: string
  readonly speech: string
}

const ownWords: readonly (readonly [words: string, from: string, want: string])[] = [
  ['sad cat', 'text.en', 'image'],
  ['红色的水果', 'text.zh', 'image'],
  ['birthday', 'text.en', 'image'],
  ['下雪天', 'text.zh', 'image'],
  ['something to drink', 'text.en', 'text.zh'],
  ['下雨', 'text.zh', 'audio'],
]

/** Each is asked with one thing that was drawn by lot. */
const directions: readonly (readonly [from: string, want: string])[] = [
  ['image', 'text.en'],
  ['image', 'text.zh'],
  ['text.en', 'image'],
  ['text.zh', 'image'],
  ['text.zh', 'text.en'],
  ['audio', 'image'],
  ['audio', 'text.zh'],
  ['image', 'audio'],
]
const shownHits = 5

const words = {
  own: { en: 'In your own words', zh: '用你自己的话' },
  unseen: {
    en: 'With things it never met, drawn by lot (✓ marks the right answer)',
    zh: '用它从未见过、随机抽取的事物（✓ 为正确答案）',
  },
  strangers: {
    en: 'Strangers say names that it knows, drawn by lot',
    zh: '陌生的嗓音念它认识的名字，随机抽取',
  },
  place: {
    en: (place: number, of: number) => `… ✓ in place ${place} of ${of}`,
    zh: (place: number, of: number) => `…… ✓ 在 ${of} 项中列第 ${place}`,
  },
} as const

type Searchable = Pick<SearchIndex, 'count' | 'search'>

export interface SearchesOptions {
  readonly things: ReadonlyMap<string, Thing>
  readonly unseen: readonly Example[]
  readonly strangers: readonly Example[]
  readonly language: Language
  /** Hears each search when it is done. */
  readonly print: (text: string) => void
}

export async function showSearches(index: Searchable, options: SearchesOptions): Promise<void> {
  const { unseen, strangers, language, print } = options
  const random = new Random(7)
  const drawn = (from: readonly Example[], count: number) =>
    [...random.sample(from.length, count)].map((i) => from[i])
  const chapters: [Bilingual, Question[]][] = [
    [words.own, ownWords.map(([text, from, want]) => ({ from, want, query: { text }, shown: `“${text}”` }))],
    [
      words.unseen,
      directions.flatMap(([from, want]) => drawn(unseen, 1).map((example) => ask(example, from, want))),
    ],
    [words.strangers, drawn(strangers, 3).map((example) => ask(example, 'audio', 'image'))],
  ]
  for (const [title, questions] of chapters) {
    print(`\n${title[language]}`)
    for (const question of questions) print(await answer(index, question, options))
  }
}

function ask({ thing, picture, speech }: Example, from: string, want: string): Question {
  const { english, chinese, id } = thing
  const asked: Record<string, { query: Query; shown: string }> = {
    image: { query: { image: picture }, shown: id },
    audio: { query: { audio: speech }, shown: `“${english.name}”` },
    'text.en': { query: { text: english.name }, shown: `“${english.name}”` },
    'text.zh': { query: { text: chinese.name }, shown: `“${chinese.name}”` },
  }
  return { from, want, answer: thing, ...asked[from] }
}

async function answer(
  index: Searchable,
  { from, want, query, shown, answer }: Question,
  { things, language }: SearchesOptions,
): Promise<string> {
  const hits = await index.search(query, { want, k: answer ? index.count : shownHits })
  const found = hits.slice(0, shownHits).map((hit) => nameHit(hit, things, want, language, answer))
  const place = hits.findIndex(({ id }) => id === answer?.id) + 1
  if (answer && place > shownHits) found.push(words.place[language](place, hits.length))
  return `  ${senses[from][language]} ${shown} → ${senses[want][language]}\n    ${found.join('  ')}`
}

/** `✓😿 crying cat`. */
function nameHit(
  hit: Hit,
  things: ReadonlyMap<string, Thing>,
  want: string,
  language: Language,
  answer?: Thing,
): string {
  const thing = things.get(hit.id)
  if (!thing) return hit.content
  const isChinese = want === 'text.zh' || (want !== 'text.en' && language === 'zh')
  const { name } = isChinese ? thing.chinese : thing.english
  return `${thing === answer ? '✓' : ''}${thing.id} ${name}`
}
