import { expect, test } from 'vitest'
import type { Split } from '../spec/dataset.ts'
import { nextLines } from './next-lines.ts'

const said = (language: 'en' | 'zh', ...splits: Split[]) =>
  nextLines(
    splits.map((split) => ({ split })),
    'a.space',
    'a.csv',
    language,
  )

test.each([
  ['en', 'Next: ', 'No test rows'],
  ['zh', '接下来：', '没有测试行'],
] as const)('in %s what is printed next asks for rows that are there', (language, next, note) => {
  expect(said(language, 'train', 'val', 'test')).toEqual([`${next}tonggan evaluate a.space a.csv`])
  expect(said(language, 'test', 'train')).toEqual([`${next}tonggan evaluate a.space a.csv`])
  expect(said(language, 'train', 'val')).toEqual([
    expect.stringContaining(note),
    `${next}tonggan evaluate a.space a.csv --split val`,
  ])
  expect(said(language, 'train')).toEqual([
    expect.stringContaining(note),
    `${next}tonggan index a.space a.csv`,
  ])
})
