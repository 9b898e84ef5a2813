import { expect, test } from 'vitest'
import { cellOfFile, meaningOfCell } from './cell.ts'

test.each([
  ['text', 'a cat', { kind: 'words', words: 'a cat' }],
  ['code', 'rm -rf #1', { kind: 'words', words: 'rm -rf #1' }],
  ['text', 'file:notes/a.txt', { kind: 'file', path: 'notes/a.txt' }],
  ['code', 'file:a.py', { kind: 'file', path: 'a.py' }],
  ['text', 'text:file:notes/a.txt', { kind: 'words', words: 'file:notes/a.txt' }],
  ['text', 'text:npy:a#1', { kind: 'words', words: 'npy:a#1' }],
  ['text', 'text:text:a', { kind: 'words', words: 'text:a' }],
  ['image', 'a#1.png', { kind: 'file', path: 'a#1.png' }],
  ['image', 'text:npy:a.png', { kind: 'file', path: 'npy:a.png' }],
  ['audio', 'npy:speech.npy#12', { kind: 'npy', path: 'speech.npy', row: 12 }],
  ['image', 'features:a.npy#3', { kind: 'npy', path: 'a.npy', row: 3 }],
  ['image', 'features:a.npz#image#3', { kind: 'npy', path: 'a.npz', name: 'image', row: 3 }],
  ['text', 'features:a#b.parquet#x.y#3', { kind: 'npy', path: 'a#b.parquet', name: 'x.y', row: 3 }],
  ['text', 'npy:a#b#c.npy#0', { kind: 'npy', path: 'a#b#c.npy', row: 0 }],
] as const)('%s: %s', (modality, cell, meaning) => {
  expect(meaningOfCell(modality, cell)).toEqual(meaning)
})

test.each([
  'npy:',
  'features:',
  'features:a.npz#image',
  'features:#1',
  'npy:a.npy',
  'npy:a.npy#',
  'npy:#1',
  'npy:a.npy#-1',
  'npy:a.npy#1.5',
  'npy:a.npy#x',
])('%s means nothing', (cell) => {
  expect(() => meaningOfCell('image', cell)).toThrow(expect.objectContaining({ code: 'bad-table' }))
})

test.each(['a.png', 'npy:a#1', 'features:a#b#1', 'text:a', 'file:a', 'b/c#d'])(
  'the cell of the file %s means that file',
  (path) => {
    for (const modality of ['text', 'code', 'image', 'audio'] as const) {
      expect(meaningOfCell(modality, cellOfFile(modality, path))).toEqual({ kind: 'file', path })
    }
  },
)
