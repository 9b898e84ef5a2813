import { expect, test } from 'vitest'
import type { PairReport } from '../../src/spec/space.ts'
import { formatReports } from './report.ts'

function pair(at1: number, at10: number, gallery: number): PairReport {
  return { queries: gallery, gallery, 'recall@1': at1, 'recall@10': at10, chance: 1 / gallery }
}

const things = {
  split: 'test',
  pairs: { 'image>text.en': pair(0.2, 0.5, 300), 'text.zh>image': pair(0.1, 1, 300) },
} as const
const voices = {
  split: 'test',
  pairs: { 'audio>image': pair(0.8, 0.9, 150), 'image>audio': pair(0.3, 0.4, 150) },
} as const

test('things in every direction, voices as queries only', () => {
  expect(formatReports(things, voices, 'en')).toBe(`\
Things it never met (where spoken: by voices that it never met either)
  asked with → found  recall@1  recall@10  gallery  recall@10 by chance
  picture → English        20%        50%      300                   3%
  Chinese → picture        10%       100%      300                   3%

Voices it never met, saying names that it knows
  asked with → found  recall@1  recall@10  gallery  recall@10 by chance
  speech → picture         80%        90%      150                   7%`)
})

test('columns align in Chinese', () => {
  expect(formatReports(things, voices, 'zh').split('\n').slice(1, 4)).toEqual([
    '  以何寻何     recall@1  recall@10  候选数  随机的 recall@10',
    '  图画 → 英文       20%        50%     300                3%',
    '  中文 → 图画       10%       100%     300                3%',
  ])
})
