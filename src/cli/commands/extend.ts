// `tonggan extend <space> <table>`: add one sense to a space, from pairs with one sense that it has; every graph that was
// there stays the same file.

import { encode } from '../../dataset/encode.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import { encodersFor } from '../../modalities/encoders-for.ts'
import { SpaceEncoders } from '../../retrieval/space-encoders.ts'
import { positiveKinds, resolveFitOptions } from '../../space/fit/fit-options.ts'
import type { Recipe } from '../../space/fit/recipe.ts'
import { extendSpace } from '../../space/grow/extend-space.ts'
import { sensesOfExtension } from '../../space/grow/senses-of-extension.ts'
import type { OnnxSpace } from '../../space/onnx-space.ts'
import { openSpace } from '../../space/open-space.ts'
import { modalityOfView } from '../../spec/modality.ts'
import type { Command, Context } from '../command.ts'
import { parseEncoderOption } from '../encoder-option.ts'
import { epochsOption, positivesOption, seedOption } from '../fitting-options.ts'
import { nextLines } from '../next-lines.ts'
import { nameWithout, requireSpaceFolder } from '../paths.ts'
import { formatSeconds } from '../progress-printer.ts'
import { requireRows } from '../require-rows.ts'
import { rowsLine } from '../rows-line.ts'
import { Stopwatch } from '../stopwatch.ts'
import { choiceOption, repeatedOption, textOption, wholeOption, wrongOption } from '../typed-values.ts'
import { workersOf, workersOption } from '../workers-option.ts'

export const extendCommand: Command = {
  name: 'extend',
  parameters: ['space', 'table'],
  summary: {
    en: 'Add a sense to a space, from pairs with one sense that it knows (its hub); nothing else changes.',
    zh: '为空间增加一种感官：只需与已有的一种感官（枢纽）配对，其余一概不变。',
  },
  options: [
    {
      name: 'sense',
      value: 'sense',
      help: {
        en: 'the sense to add, e.g. audio (default: the only one in the table that the space lacks)',
        zh: '要增加的感官，如 audio（默认：表中唯一不在空间里的感官）',
      },
    },
    {
      name: 'hub',
      value: 'sense',
      help: {
        en: 'the sense or view of the space that it is paired with, e.g. text (default: the only one in the table)',
        zh: '与空间中哪种感官或视图配对，如 text（默认：表中唯一的已有感官）',
      },
    },
    {
      name: 'out',
      short: 'o',
      value: 'folder',
      help: {
        en: 'where to save the new space (default: <space>-<sense>.space)',
        zh: '新空间的保存位置（默认：<空间名>-<感官>.space）',
      },
    },
    positivesOption,
    epochsOption,
    seedOption,
    {
      name: 'encoder',
      value: 'sense=name[:key=value,…]',
      repeated: true,
      help: {
        en: 'encoder of the new sense, e.g. audio=clap (default: the built-in one)',
        zh: '新感官的编码器，如 audio=clap（默认：内置编码器）',
      },
    },
    workersOption,
  ],
  example: 'tonggan extend emoji.space spoken.csv --sense audio --hub text --out spoken.space',
  async run(typed, context) {
    const [folder, table] = typed.parameters
    const fitting = {
      positives: choiceOption(typed, 'positives', positiveKinds),
      epochs: wholeOption(typed, 'epochs', 1),
      seed: wholeOption(typed, 'seed', 0),
    }
    resolveFitOptions(fitting, 'extend') // refuses what is out of range, before the work
    const asked = (repeatedOption(typed, 'encoder') ?? []).map(parseEncoderOption)
    const [senseWord, hub] = [textOption(typed, 'sense'), textOption(typed, 'hub')]
    const sense = senseWord === undefined ? undefined : modalityOfView(senseWord)
    if (senseWord !== sense) throw wrongOption('sense', 'a modality, e.g. audio', senseWord!)
    const watch = new Stopwatch()
    const space = await openSpace(folder)
    const encoders = new SpaceEncoders(space)
    try {
      const dataset = await openDataset(table, context)
      requireRows(dataset, ['train', 'val'])
      const chosen = sensesOfExtension(space, dataset, { sense, hub })
      const added = chosen.own[0].modality
      const other = asked.find((each) => each.modality !== added)
      if (other) throw wrongOption('encoder', `one of ${added}, the sense to add`, other.sense)
      const out = textOption(typed, 'out') ?? `${nameWithout(folder, /\.space$/i)}-${added}.space`
      await requireSpaceFolder(out)
      const making = { ...context, workers: workersOf(typed, dataset.rows.length) }
      const own = { ...making, senses: [added], asked, operation: '--encoder' }
      const made = await encodersFor({ ...dataset, views: chosen.own }, own)
      const views = [...chosen.own, ...chosen.hub].map(({ name }) => name)
      const features = await encode(
        dataset,
        { ...(await encoders.forViews(chosen.hub, making)), ...made.encoders },
        { ...context, views, splits: ['train', 'val'] },
      )
      for (const encoder of Object.values(made.encoders)) await encoder.close()
      context.onProblems([...made.problems, ...features.problems])
      watch.lap('encode')
      const extended = await extendSpace(space, features, { ...fitting, sense: added, hub, ...context })
      await extended.save(out)
      watch.lap('extend')
      await extended.close()
      const growth = extended.manifest.growth!.at(-1)!
      return {
        json: { space: out, hash: extended.hash, dim: extended.dim, ...growth, seconds: watch.seconds },
        text: summary(extended, nextLines(dataset.rows, out, table, context.language), out, watch, context),
      }
    } finally {
      await encoders.close()
      await space.close()
    }
  },
}

function summary(
  { manifest }: OnnxSpace,
  next: readonly string[],
  out: string,
  watch: Stopwatch,
  { language }: Context,
): string {
  const { sense, towards, splits, fit, evaluation } = manifest.growth!.at(-1)!
  const { turns, solver, inputs, epochs } = fit as unknown as Recipe
  const rows = rowsLine(splits, turns, language)
  const score = (evaluation.chosen as { score?: number } | undefined)?.score?.toFixed(3)
  const seconds = formatSeconds(watch.total)
  const kept = manifest.modalities.map(({ name }) => name).filter((name) => name !== sense)
  const lines =
    language === 'zh'
      ? [
          `已在 ${out} 中增加 ${sense}，与 ${towards.join('、')} 配对，用时 ${seconds}`,
          `未改动：${kept.join('、')}；原有索引仍可使用`,
          rows,
          `方法：${solver}（${inputs} 输入）${epochs > 0 ? `，再训练 ${epochs} 轮` : ''}`,
          score && `验证行上的平均 mAP：${score}`,
          ...next,
        ]
      : [
          `Added ${sense} in ${out}, paired with ${towards.join(', ')}, in ${seconds}`,
          `Unchanged: ${kept.join(', ')}; indexes that are there still work`,
          rows,
          `Method: ${solver} on ${inputs} inputs${epochs > 0 ? `, then ${epochs} epochs of training` : ''}`,
          score && `Mean average precision on validation rows: ${score}`,
          ...next,
        ]
  return lines.filter(Boolean).join('\n')
}
