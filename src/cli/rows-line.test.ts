import { expect, test } from 'vitest'
import { rowsLine } from './rows-line.ts'

const splits = { source: 'made', rows: { train: 270, val: 30, test: 60 } } as const
const turns = (...held: number[]) => held.map((count) => ({ held: count }))

test('rows of validation are told apart where they never were fitted on', () => {
  expect(rowsLine(splits, turns(30), 'en')).toBe('Rows: 270 train, 30 val, 60 test')
  expect(rowsLine(splits, turns(15, 15), 'en')).toBe('Rows: 270 train, 30 val, 60 test')
  expect(rowsLine(splits, [], 'zh')).toBe('行数：训练 270，验证 30，测试 60')
})

test('where all rows took turns, they are of training, and the turns are told', () => {
  expect(rowsLine(splits, turns(100, 100, 100), 'en')).toBe(
    'Rows: 300 train, validated in 3 turns of 100, 60 test',
  )
  expect(rowsLine(splits, turns(90, 110, 100), 'zh')).toBe(
    '行数：训练 300（分 3 轮验证，每轮 90 至 110 行），测试 60',
  )
})
