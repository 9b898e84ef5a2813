// `tonggan transfer <space> <table>`: learn the labels of a table on one sense, try them on another, and say how far
// between guessing and an oracle that comes.

import { readFile, writeFileAtomically } from '#platform/files'
import { encode } from '../../dataset/encode.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import { SpaceEncoders } from '../../retrieval/space-encoders.ts'
import { openSpace } from '../../space/open-space.ts'
import { type Split, splitNames } from '../../spec/dataset.ts'
import { TongganError } from '../../spec/errors.ts'
import { modalityOfView } from '../../spec/modality.ts'
import { type TransferReport, transferLabels } from '../../transfer/transfer-labels.ts'
import { transferMethods } from '../../transfer/transfer-options.ts'
import type { Command, Context } from '../command.ts'
import { requireNoFolder } from '../paths.ts'
import { formatSeconds } from '../progress-printer.ts'
import { Stopwatch } from '../stopwatch.ts'
import { formatTable } from '../table.ts'
import { learnedFromWords, transferColumns, transferRows } from '../transfer-table.ts'
import { choiceOption, namesOption, textOption, wholeOption, wrongOption } from '../typed-values.ts'
import { workersOf, workersOption } from '../workers-option.ts'

const methodNames = ['auto', ...transferMethods] as const

export const transferCommand: Command = {
  name: 'transfer',
  parameters: ['space', 'table'],
  summary: {
    en: 'Learn labels on one sense and use them on another.',
    zh: '在一种感官上学习标签，用到另一种感官上。',
  },
  options: [
    {
      name: 'from',
      value: 'sense',
      help: {
        en: 'the sense whose labels are learned, e.g. image (required)',
        zh: '从哪种感官学习标签，如 image（必填）',
      },
    },
    {
      name: 'to',
      value: 'sense',
      help: {
        en: 'the sense that they are used on, e.g. audio (required)',
        zh: '标签用到哪种感官，如 audio（必填）',
      },
    },
    {
      name: 'shots',
      value: 'numbers',
      repeated: true,
      help: {
        en: 'labelled items a class of that sense to look at, e.g. 0,1,4,16 (default: 0)',
        zh: '目标感官每类可看的有标签条目数，如 0,1,4,16（默认：0）',
      },
    },
    {
      name: 'method',
      value: methodNames.join('|'),
      help: {
        en: 'how to transfer (default: auto, the best on held-out groups)',
        zh: '迁移方法（默认：auto，即在留出分组上最好的）',
      },
    },
    {
      name: 'names',
      value: 'names.json',
      help: {
        en: 'names of the classes: {"label": ["name"]} in any language (default: the labels)',
        zh: '各类的名称：{"标签": ["名称"]}，语言不限（默认：标签本身）',
      },
    },
    {
      name: 'seeds',
      value: 'number',
      help: { en: 'draws of shots (default: 3)', zh: '抽取样例的次数（默认：3）' },
    },
    {
      name: 'seed',
      value: 'number',
      help: { en: 'the first of the draws (default: 1)', zh: '第一次抽取的种子（默认：1）' },
    },
    {
      name: 'split',
      value: splitNames.join('|'),
      help: { en: 'rows to try it on (default: test)', zh: '用哪部分行检验（默认：test）' },
    },
    {
      name: 'refusals',
      value: 'share',
      help: {
        en: 'share of known items that may be refused as none of these (default: 0.05)',
        zh: '允许误拒为“都不是”的已知条目比例（默认：0.05）',
      },
    },
    {
      name: 'unseen',
      help: {
        en: 'the space was fitted without this table',
        zh: '该空间未用此表训练过',
      },
    },
    {
      name: 'out',
      short: 'o',
      value: 'classifier.json',
      help: { en: 'also save the classifier', zh: '同时保存分类器' },
    },
    workersOption,
  ],
  example: 'tonggan transfer digits.space digits.csv --from image --to audio --shots 0,1,4,16',
  async run(typed, context) {
    const [folder, table] = typed.parameters
    const from = requiredSense(textOption(typed, 'from'), 'from')
    const to = requiredSense(textOption(typed, 'to'), 'to')
    const options = {
      from,
      to,
      shots: shotsOption(namesOption(typed, 'shots')),
      method: choiceOption(typed, 'method', methodNames),
      seeds: wholeOption(typed, 'seeds', 1),
      seed: wholeOption(typed, 'seed', 0),
      split: choiceOption(typed, 'split', splitNames) as Split | undefined,
      refusals: shareOption(textOption(typed, 'refusals')),
      unseen: Boolean(typed.options.unseen),
    }
    const namesFile = textOption(typed, 'names')
    const names = namesFile === undefined ? undefined : await readNames(namesFile)
    const out = textOption(typed, 'out')
    if (out) await requireNoFolder(out, '--out')
    const watch = new Stopwatch()
    const space = await openSpace(folder)
    const encoders = new SpaceEncoders(space)
    try {
      const dataset = await openDataset(table, context)
      const making = { ...context, workers: workersOf(typed, dataset.rows.length) }
      const within = await encoders.derivedFrom(dataset.views, making)
      const wanted = [...dataset.views, ...within].filter(
        ({ name, modality }) => [from, to].includes(name) || [from, to].includes(modality),
      )
      const features = await encode(dataset, await encoders.forViews(wanted, making), {
        ...context,
        views: [from, to],
      })
      context.onProblems(features.problems)
      watch.lap('encode')
      const report = await transferLabels(space, features, { ...options, names, ...context })
      watch.lap('transfer')
      const classifier = `${JSON.stringify(report.classifier)}\n`
      if (out) await writeFileAtomically(out, new TextEncoder().encode(classifier))
      const { classifier: _, ...rest } = report
      // a space that was fitted with labels has seen those of the target sense, too
      const positives = space.manifest.fit.positives
      return {
        json: { ...rest, spacePositives: positives, ...(out && { classifier: out }), seconds: watch.seconds },
        text: summary(report, table, positives === 'label', watch, context),
      }
    } finally {
      await encoders.close()
      await space.close()
    }
  },
}

function summary(
  report: TransferReport,
  table: string,
  spaceSawLabels: boolean,
  watch: Stopwatch,
  { language, width }: Context,
): string {
  const { from, to, items, noneOfThese, classes } = report
  const { threshold, refusedKnown, leftOut } = noneOfThese
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`
  const seconds = formatSeconds(watch.total)
  const lines =
    language === 'zh'
      ? [
          `在 ${from} 上学到的 ${classes.length} 类标签用于 ${table} 中 ${items.test} 条 ${to}，用时 ${seconds}`,
          `学习依据：${learnedFromWords(report, language).join('；')}`,
          spaceSawLabels && '注意：该空间训练时用过标签',
          `“都不是”：相似度低于 ${threshold.toFixed(3)} 即拒绝；误拒已知条目 ${percent(refusedKnown)}`,
          leftOut &&
            `逐类留出：AUROC ${leftOut.auroc.toFixed(3)}，拒绝未知类条目 ${percent(leftOut.refused)}`,
        ]
      : [
          `Labels of ${classes.length} classes learned on ${from}, used on ${items.test} items of ${to} in ${table}, in ${seconds}`,
          `Learned from: ${learnedFromWords(report, language).join('; ')}`,
          spaceSawLabels && 'Note: the space itself was fitted with labels',
          `None of these: refused below a similarity of ${threshold.toFixed(3)}; of known items ${percent(refusedKnown)} are refused`,
          leftOut &&
            `Each class left out once: AUROC ${leftOut.auroc.toFixed(3)}, ${percent(leftOut.refused)} of its items refused`,
        ]
  const rows = formatTable(transferColumns[language], transferRows(report, language), { width })
  return `${rows}\n\n${lines.filter(Boolean).join('\n')}`
}

function requiredSense(sense: string | undefined, option: string): string {
  if (sense === undefined) throw wrongOption(option, 'a sense, e.g. image or audio', 'nothing')
  if (!modalityOfView(sense)) throw wrongOption(option, 'a sense, e.g. image or audio', sense)
  return sense
}

function shotsOption(words: readonly string[] | undefined): number[] | undefined {
  return words?.map((word) => {
    const shots = Number(word)
    if (Number.isInteger(shots) && shots >= 0) return shots
    throw wrongOption('shots', 'whole numbers of 0 or more with commas between them', word)
  })
}

function shareOption(text: string | undefined): number | undefined {
  const share = text === undefined ? undefined : Number(text)
  if (share === undefined || (share >= 0 && share <= 0.5)) return share
  throw wrongOption('refusals', 'a share from 0 to 0.5', text!)
}

/** @throws TongganError `unreadable-item` where it is not an object of names */
async function readNames(path: string): Promise<Record<string, string[]>> {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(await readFile(path)))
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('not an object')
    return Object.fromEntries(
      Object.entries(json).map(([label, names]) => {
        const list: unknown[] = [names].flat()
        if (list.every((name) => typeof name === 'string')) return [label, list as string[]]
        throw new Error(`the names of ${label} are not text`)
      }),
    )
  } catch (cause) {
    if (cause instanceof TongganError) throw cause
    throw new TongganError('unreadable-item', {
      operation: '--names',
      path,
      expected: 'a JSON object of labels and their names, {"dog": ["dog", "狗"]}',
      received: (cause as Error).message,
      cause,
    })
  }
}
