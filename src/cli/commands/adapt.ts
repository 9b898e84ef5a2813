// `tonggan adapt <space> <table>`: carry a space to a new domain by few pairs of it; one sense may move, and only where pairs that
// were left out say that it should.

import { encode } from '../../dataset/encode.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import { SpaceEncoders } from '../../retrieval/space-encoders.ts'
import { positiveKinds, resolveFitOptions } from '../../space/fit/fit-options.ts'
import { type Adaptation, adaptSpace } from '../../space/grow/adapt-space.ts'
import { openSpace } from '../../space/open-space.ts'
import { modalityOfView } from '../../spec/modality.ts'
import type { Command, Context } from '../command.ts'
import { positivesOption, seedOption } from '../fitting-options.ts'
import { nextLines } from '../next-lines.ts'
import { nameWithout, requireSpaceFolder } from '../paths.ts'
import { formatSeconds } from '../progress-printer.ts'
import { requireRows } from '../require-rows.ts'
import { Stopwatch } from '../stopwatch.ts'
import { choiceOption, textOption, wholeOption, wrongOption } from '../typed-values.ts'
import { workersOf, workersOption } from '../workers-option.ts'

export const adaptCommand: Command = {
  name: 'adapt',
  parameters: ['space', 'table'],
  summary: {
    en: 'Adapt a space to a new domain by a few pairs of it; at most one sense changes.',
    zh: '用少量新领域的配对调整空间：至多移动一种感官，其余不变。',
  },
  options: [
    {
      name: 'sense',
      value: 'sense',
      help: {
        en: 'the sense that may change, e.g. audio (default: each in turn, and cross-validation decides)',
        zh: '允许移动的感官，如 audio（默认：逐一尝试，由交叉验证决定）',
      },
    },
    {
      name: 'out',
      short: 'o',
      value: 'folder',
      help: {
        en: 'where to save the new space (default: <space>-adapted.space)',
        zh: '新空间的保存位置（默认：<空间名>-adapted.space）',
      },
    },
    positivesOption,
    seedOption,
    workersOption,
  ],
  example: 'tonggan adapt digits.space new-speaker.csv --positives label --out new-speaker.space',
  async run(typed, context) {
    const [folder, table] = typed.parameters
    const fitting = {
      positives: choiceOption(typed, 'positives', positiveKinds),
      seed: wholeOption(typed, 'seed', 0),
    }
    resolveFitOptions(fitting, 'adapt') // refuses what is out of range, before the work
    const senseWord = textOption(typed, 'sense')
    const sense = senseWord === undefined ? undefined : modalityOfView(senseWord)
    if (senseWord !== sense) throw wrongOption('sense', 'a modality, e.g. audio', senseWord!)
    const out = textOption(typed, 'out') ?? `${nameWithout(folder, /\.space$/i)}-adapted.space`
    await requireSpaceFolder(out)
    const watch = new Stopwatch()
    const space = await openSpace(folder)
    const encoders = new SpaceEncoders(space)
    try {
      const dataset = await openDataset(table, context)
      requireRows(dataset, ['train', 'val'])
      const known = dataset.views.filter(({ modality }) =>
        space.modalities.some(({ name }) => name === modality),
      )
      const making = { ...context, workers: workersOf(typed, dataset.rows.length) }
      const features = await encode(dataset, await encoders.forViews(known, making), {
        ...context,
        views: known.map(({ name }) => name),
        splits: ['train', 'val'],
      })
      context.onProblems(features.problems)
      watch.lap('encode')
      const adapted = await adaptSpace(space, features, { ...fitting, sense, ...context })
      await adapted.space.save(out)
      watch.lap('adapt')
      await adapted.space.close()
      const { chosen, tried } = adapted
      return {
        json: {
          space: out,
          hash: adapted.space.hash,
          ancestor: space.hash,
          chosen,
          tried,
          seconds: watch.seconds,
        },
        text: summary(adapted, nextLines(dataset.rows, out, table, context.language), out, watch, context),
      }
    } finally {
      await encoders.close()
      await space.close()
    }
  },
}

function summary(
  { chosen: { method, sense, score }, tried }: Adaptation,
  next: readonly string[],
  out: string,
  watch: Stopwatch,
  { language }: Context,
): string {
  const seconds = formatSeconds(watch.total)
  const unchanged = tried.find((entry) => entry.sense === undefined)?.score ?? score
  const scores = `${score.toFixed(3)} (${language === 'zh' ? '不作改动' : 'unchanged'}: ${unchanged.toFixed(3)})`
  const lines =
    language === 'zh'
      ? [
          sense
            ? `已调整为 ${out}：移动了 ${sense}（${method}），用时 ${seconds}`
            : `${out} 与原空间相同：${tried.length - 1} 种改动中没有一种在留出的配对上更好，用时 ${seconds}`,
          `留出配对上的平均 mAP：${scores}`,
          ...next,
        ]
      : [
          sense
            ? `Adapted in ${out}: ${sense} has moved (${method}), in ${seconds}`
            : `${out} is the space as it was: none of ${tried.length - 1} corrections did better on pairs left out, in ${seconds}`,
          `Mean average precision on pairs left out: ${scores}`,
          ...next,
        ]
  return lines.join('\n')
}
