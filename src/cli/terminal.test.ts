// How the command looks to people: widths, tables and progress.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { progressIn } from '../spec/progress-words.ts'
import { cutToWidth, displayWidth, plainLine } from './display-width.ts'
import { formatSeconds, ProgressPrinter } from './progress-printer.ts'
import { formatTable } from './table.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['cat', 3],
    ['café', 4],
    ['cafe\u0301', 4],
    ['猫脸', 4],
    ['ネコ', 4],
    ['고양이', 6],
    ['ａ，', 4],
    ['𠮷', 2],
    ['🐱', 2],
    ['❤️', 2],
    ['👩‍🚀', 2],
    ['🇨🇳', 2],
    ['1 ✓ 2', 5],
    ['\u200b', 0],
  ])('%j takes %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells)
  })

  it('cuts between characters, never within one', () => {
    expect(cutToWidth('一只睡觉的猫', 8)).toBe('一只睡…')
    expect(cutToWidth('一只睡觉的猫', 7)).toBe('一只睡…')
    expect(cutToWidth('sleepy cat', 10)).toBe('sleepy cat')
    expect(cutToWidth('👩‍🚀👩‍🚀', 3)).toBe('👩‍🚀…')
  })

  it('lets no item steer the terminal', () => {
    expect(plainLine('a\u001b[31mred\nline\u202e')).toBe('a [31mred line')
  })
})

describe('formatTable', () => {
  it('aligns columns whatever the script, numbers to the right', () => {
    const table = formatTable(
      ['view', 'queries', 'item'],
      [
        ['text.en', '1,300', 'cat'],
        ['文字', '7', '一只猫'],
        ['image', undefined, 'cat.png'],
      ],
    )
    expect(table).toBe(
      [
        'view     queries  item',
        'text.en    1,300  cat',
        '文字           7  一只猫',
        'image             cat.png',
      ].join('\n'),
    )
  })

  it('leaves out columns without a single cell', () => {
    expect(formatTable(['id', 'label', 'view'], [['1', undefined, 'text']])).toBe('id  view\n 1  text')
  })

  it('cuts lines where the terminal ends', () => {
    expect(formatTable(['a', 'b'], [['1', 'a long item']], { width: 8 })).toBe('a  b\n1  a lo…')
  })
})

class FakeStream {
  readonly columns = 100
  readonly isTTY: boolean
  written = ''
  constructor(isTTY: boolean) {
    this.isTTY = isTTY
  }
  write(text: string) {
    this.written += text
  }
}

describe('ProgressPrinter', () => {
  it('shows a bar, the rate and the time left in a terminal', () => {
    const stream = new FakeStream(true)
    let nowMs = 0
    const printer = new ProgressPrinter(stream, { now: () => nowMs })
    const report = (done: number) =>
      printer.report({ stage: 'encode image', done, total: 2000, unit: 'items', facts: { loss: 1.2345 } })
    report(0)
    nowMs = 20
    report(10) // too soon to draw again
    nowMs = 2000
    report(500)
    nowMs = 8000
    report(2000)
    printer.finish()
    printer.finish()
    expect(stream.written.split('\r\x1b[2K')).toEqual([
      '',
      'encode image  ░░░░░░░░░░░░░░░░░░░░  0%  0/2,000 items  loss 1.23',
      'encode image  █████░░░░░░░░░░░░░░░  25%  500/2,000 items  250 items/s  6.0 s left  loss 1.23',
      'encode image  ████████████████████  100%  2,000/2,000 items  250 items/s  loss 1.23',
      'encode image  2,000/2,000 items  done in 8.0 s  loss 1.23\n',
    ])
  })

  it('writes few plain lines elsewhere', () => {
    const stream = new FakeStream(false)
    let nowMs = 0
    const printer = new ProgressPrinter(stream, { now: () => nowMs, language: 'zh' })
    for (let epoch = 0; epoch <= 60; epoch++) {
      nowMs = 500 * epoch
      printer.report({ stage: 'fit', done: epoch, total: 60, unit: 'epochs', facts: { best: 0.5 } })
    }
    printer.report({ stage: 'encode image.photo', done: 3, unit: 'items' })
    printer.report({ stage: 'dream', done: 1, unit: 'sheep' })
    printer.finish()
    expect(stream.written.split('\n')).toEqual([
      '训练  33%  20/60 轮  2 轮/s  还需 20 s  最佳 0.5',
      '训练  66%  40/60 轮  2 轮/s  还需 10 s  最佳 0.5',
      '训练  100%  60/60 轮  2 轮/s  最佳 0.5',
      '训练  60/60 轮  完成，用时 30 s  最佳 0.5',
      '编码 image.photo  3 项  完成，用时 0.0 s',
      'dream  1 sheep  完成，用时 0.0 s',
      '',
    ])
  })

  it('takes a stage that starts over for a new one', () => {
    const stream = new FakeStream(false)
    const printer = new ProgressPrinter(stream, { now: () => 0 })
    for (const done of [0, 2, 0, 1]) printer.report({ stage: 'narrow', done, total: 2, unit: 'senses' })
    printer.finish()
    expect(stream.written).toBe('narrow  2/2 senses  done in 0.0 s\nnarrow  1/2 senses  done in 0.0 s\n')
  })

  it('has Chinese words for whatever the library reports', () => {
    const sources = readdirSync(join(import.meta.dirname, '..'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test|\.contract)\.ts$/.test(name) && !name.startsWith('cli'))
      .map((name) => readFileSync(join(import.meta.dirname, '..', name), 'utf8'))
      .join('\n')
    const stages = [...sources.matchAll(/\bstage[:=\s]+['`]([a-z ]+?)(?: \$\{.*?)?['`]/g)].map(
      ([, stage]) => stage,
    )
    const units = [...sources.matchAll(/\bunit: '([a-z ]+)'/g)].map(([, unit]) => unit)
    expect(stages).toEqual(expect.arrayContaining(['read table', 'encode', 'fit', 'evaluate']))
    expect(units).toEqual(expect.arrayContaining(['rows', 'items', 'epochs']))
    for (const word of new Set([...stages, ...units])) {
      const { stage } = progressIn('zh', { stage: word, done: 0, unit: '' })
      expect(stage, word).toMatch(/^\p{Script=Han}+$/u)
    }
  })

  it('says times as people do', () => {
    const said = [0.04, 9.94, 9.96, 59.4, 61, 3599, 3725].map(formatSeconds)
    expect(said).toEqual(['0.0 s', '9.9 s', '10 s', '59 s', '1 min 1 s', '59 min 59 s', '1 h 2 min'])
  })
})
