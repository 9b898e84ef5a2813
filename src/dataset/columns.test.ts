import { expect, test } from 'vitest'
import { checkColumns, nearestName } from './columns.ts'

test('columns of items are the views, in the order of the table', () => {
  const names = ['id', 'text.zh', 'split', 'text', 'image.fluent', 'text.en-tags', 'text.中文']
  expect(checkColumns(names, 'items.csv').views).toEqual([
    { name: 'text.zh', modality: 'text' },
    { name: 'text', modality: 'text' },
    { name: 'image.fluent', modality: 'image' },
    { name: 'text.en-tags', modality: 'text' },
    { name: 'text.中文', modality: 'text' },
  ])
})

test.each([
  [['id', 'imgae'], 'column imgae (of id, imgae)', 'is it image?'],
  [['caption', 'image'], 'column caption', 'is it text?'],
  [['Text'], 'column Text', 'is it text?'],
  [['speaker', 'audio'], 'column speaker', 'is it group?'],
  [['picture.fluent'], 'column picture.fluent', 'is it image.fluent?'],
  [['标签'], 'column 标签', 'is it label?'],
  [['text.a>b'], 'column text.a>b', 'rename it'],
  [['text.'], 'column text.', 'rename it'],
  [['text.en.us'], 'column text.en.us', 'rename it'],
  [['id', ''], 'a column without a name', 'rename it or remove it'],
  [['id;text;image'], 'column id;text;image', 'commas between the columns'],
])('%j is refused', (names, received, remedy) => {
  expect(() => checkColumns(names, 'items.csv')).toThrow(
    expect.objectContaining({ code: 'bad-table', path: 'items.csv' }),
  )
  expect(() => checkColumns(names, 'items.csv')).toThrow(received)
  expect(() => checkColumns(names, 'items.csv')).toThrow(remedy)
  expect(() => checkColumns(names, 'items.csv')).toThrow(
    'expected columns id, label, split, group, or text, image',
  )
})

test('a column that appears twice is refused', () => {
  expect(() => checkColumns(['id', 'text', 'text'], 'items.csv')).toThrow(
    'expected each column once, received text twice',
  )
})

test.each([
  ['imag', 'image'],
  ['lable', 'label'],
  ['adio', 'audio'],
  ['photos', 'image'],
  ['Texts', 'text'],
])('%s most likely means %s', (name, nearest) => {
  expect(nearestName(name, ['text', 'image', 'audio', 'label'])).toBe(nearest)
})
