// `npm run quality`: the promises about quality, kept on real tables through the built command, as a person would
// run it. Prints each figure with its bound and fails where one is red. Speed is not judged here but in `bench/`.
// About five minutes on 2 cores. The data stands beside the project, in ../shared/data, and is not part of it.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '../src/spec/space.ts'
import type { TransferReport } from '../src/transfer/transfer-labels.ts'

const root = join(import.meta.dirname, '..')
const data = join(root, '..', 'shared', 'data')
const work = mkdtempSync(join(tmpdir(), 'tonggan-quality-'))
const outcomes: boolean[] = []

try {
  if (existsSync(data)) promises()
  else console.log('../shared/data is not here: nothing to measure on')
} finally {
  rmSync(work, { recursive: true })
}
const failed = outcomes.filter((good) => !good).length
console.log(`quality: ${outcomes.length - failed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1

function promises(): void {
  const digits = fitAndEvaluate('digits/official-1000.csv', 'digits.space', '--positives', 'label')
  atLeast('digits audio>image mAP', digits.pairs['audio>image'].map, 0.9)
  atLeast('digits image>audio mAP', digits.pairs['image>audio'].map, 0.9)

  const motion = fitAndEvaluate('motion/unseen-styles.csv', 'motion.space', '--positives', 'label')
  atLeast('motion>text.en mAP, styles never seen', motion.pairs['motion>text.en'].map, 0.82)
  const again = fitAndEvaluate('motion/unseen-styles.csv', 'again.space', '--positives', 'label')
  holds(
    'motion, fitted again with the same seed: the same report',
    JSON.stringify(motion) === JSON.stringify(again),
  )

  const seen = ['--senses', 'image,audio']
  labelsCarried('digits/official-1000.csv', 'image', 0.94, ...seen)
  labelsCarried('digits/speakers-1000.csv', 'image', 0.86, ...seen)
  labelsCarried('sound/esc10.csv', 'text', 0.87)

  const emoji = fitAndEvaluate('emoji/unseen-things.csv', 'emoji.space')
  const recall = (pair: string) => emoji.pairs[pair]['recall@10']
  atLeast('emoji image.fluent>text.en recall@10, things never seen', recall('image.fluent>text.en'), 0.45)
  const english = recall('text.en>image.fluent') ?? 0
  console.log(`      emoji text.en>image.fluent recall@10: ${english.toFixed(3)}`)
  atLeast(
    'emoji text.zh>image.fluent recall@10, within 0.10 of English',
    recall('text.zh>image.fluent'),
    english - 0.1,
  )

  const style = fitAndEvaluate('emoji/unseen-style.csv', 'style.space')
  const named = style.pairs['image.fluent>text.en']['recall@1']
  atLeast('emoji image.fluent>text.en recall@1, a style never trained on', named, 0.38)

  const speakers = fitAndEvaluate('digits/speakers-1000.csv', 'speakers.space', '--positives', 'label')
  atLeast('digits audio>image mAP, speakers never heard', speakers.pairs['audio>image'].map, 0.88)
}

function fitAndEvaluate(table: string, space: string, ...flags: string[]): Report {
  tonggan('fit', join(data, table), '--out', join(work, space), '--seed', '1', ...flags)
  const { split, pairs } = tonggan('evaluate', join(work, space), join(data, table), '--split', 'test')
  return { split, pairs } as Report
}

/** Labels learned on `from` alone, used on sounds. */
function labelsCarried(table: string, from: string, bound: number, ...flags: string[]): void {
  const space = join(work, 'carried.space')
  tonggan('fit', join(data, table), '--out', space, '--seed', '1', ...flags)
  const report = tonggan('transfer', space, join(data, table), '--from', from, '--to', 'audio')
  const { results, chance, oracle } = report as unknown as TransferReport
  console.log(`      ${table}: chance ${chance.toFixed(3)}, oracle ${oracle?.accuracy.toFixed(3)}`)
  atLeast(`${table} labels of ${from} on sounds`, results[0].accuracy.mean, bound)
}

/** Runs the built command with `--json` and gives its object; its progress and errors are shown as they come. */
function tonggan(...parameters: string[]): Record<string, unknown> {
  const command = [join(root, 'dist', 'cli', 'main.js'), ...parameters, '--json']
  const output = execFileSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  })
  return JSON.parse(output) as Record<string, unknown>
}

function atLeast(what: string, value: number | undefined, bound: number): void {
  holds(
    `${what}: ${value?.toFixed(3) ?? 'absent'} (at least ${bound.toFixed(3)})`,
    value !== undefined && value >= bound,
  )
}

function holds(what: string, good: boolean): void {
  console.log(`${good ? 'ok   ' : 'FAIL '} ${what}`)
  outcomes.push(good)
}
