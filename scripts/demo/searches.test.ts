import { expect, test } from 'vitest'
import type { SearchOptions } from '../../src/retrieval/search.ts'
import type { Hit } from '../../src/spec/search.ts'
import { showSearches } from './searches.ts'
import type { Thing } from './things.ts'

function thing(id: string, english: string, chinese: string): Thing {
  const words = (name: string) => ({ name, keywords: [] })
  return { id, code: '', label: '', svg: '', english: words(english), chinese: words(chinese) }
}

const known = [
  thing('🐈️', 'cat', '猫'),
  thing('🐕️', 'dog', '狗'),
  thing('🐎', 'horse', '马'),
  thing('🐄', 'cow', '奶牛'),
  thing('🐖', 'pig', '猪'),
  thing('🐑', 'ewe', '母羊'),
]
const things = new Map(known.map((each) => [each.id, each]))
const example = (each: Thing) => ({ thing: each, picture: 'picture.png', speech: 'speech.wav' })

/** Finds every thing, in the order of `known`, whatever is asked. */
const index = {
  count: known.length,
  async search(_: unknown, { want, k }: SearchOptions = {}): Promise<Hit[]> {
    const view = String(want)
    return known
      .map(({ id }, position) => ({
        id,
        view,
        modality: 'image' as const,
        content: '',
        similarity: 0,
        position,
      }))
      .slice(0, k)
  },
}

async function lines(unseen: Thing, language: 'en' | 'zh'): Promise<string[]> {
  const printed: string[] = []
  const strangers = [example(known[1])]
  await showSearches(index, {
    things,
    unseen: [example(unseen)],
    strangers,
    language,
    print: (text) => printed.push(text),
  })
  return printed
}

test('the right answer is marked where it is shown', async () => {
  expect(await lines(known[2], 'en')).toContain(
    '  picture 🐎 → Chinese\n    🐈️ 猫  🐕️ 狗  ✓🐎 马  🐄 奶牛  🐖 猪',
  )
})

test('the place of the right answer is told where it is not shown', async () => {
  const [found] = (await lines(known[5], 'en')).filter((text) => text.includes('picture 🐑 → English'))
  expect(found).toBe(
    '  picture 🐑 → English\n    🐈️ cat  🐕️ dog  🐎 horse  🐄 cow  🐖 pig  … ✓ in place 6 of 6',
  )
})

test('own words have no right answer; pictures are named in the language of the reader', async () => {
  const printed = await lines(known[2], 'zh')
  expect(printed).toContain('  英文 “sad cat” → 图画\n    🐈️ 猫  🐕️ 狗  🐎 马  🐄 奶牛  🐖 猪')
  expect(printed).toContain('  语音 “dog” → 图画\n    🐈️ 猫  ✓🐕️ 狗  🐎 马  🐄 奶牛  🐖 猪')
})
