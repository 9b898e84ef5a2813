// `tonggan fit <table>`: encode the rows of training and validation, fit a space, save it.

import { encode } from '../../dataset/encode.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import { encodersFor } from '../../modalities/encoders-for.ts'
import { fitMethods, positiveKinds, resolveFitOptions } from '../../space/fit/fit-options.ts'
import { fitSpace } from '../../space/fit/fit-space.ts'
import type { Recipe } from '../../space/fit/recipe.ts'
import type { OnnxSpace } from '../../space/onnx-space.ts'
import type { Command, Context } from '../command.ts'
import { parseEncoderOption } from '../encoder-option.ts'
import { epochsOption, positivesOption, seedOption } from '../fitting-options.ts'
import { nextLines } from '../next-lines.ts'
import { nameWithout, requireSpaceFolder } from '../paths.ts'
import { formatSeconds } from '../progress-printer.ts'
import { requireRows } from '../require-rows.ts'
import { rowsLine } from '../rows-line.ts'
import { Stopwatch } from '../stopwatch.ts'
import { choiceOption, namesOption, repeatedOption, textOption, wholeOption } from '../typed-values.ts'
import { workersOf, workersOption } from '../workers-option.ts'

const defaults = resolveFitOptions({})

export const fitCommand: Command = {
  name: 'fit',
  parameters: ['table'],
  summary: {
    en: 'Fit a shared space on a table of things seen through several senses.',
    zh: '用一张多感官表格训练共享语义空间。',
  },
  options: [
    {
      name: 'out',
      short: 'o',
      value: 'folder',
      help: {
        en: 'where to save the space (default: <table name>.space)',
        zh: '空间的保存位置（默认：<表名>.space）',
      },
    },
    {
      name: 'senses',
      value: 'names',
      repeated: true,
      help: {
        en: 'modalities or views to use, e.g. image,text.en (default: all)',
        zh: '使用哪些模态或视图，如 image,text.en（默认：全部）',
      },
    },
    positivesOption,
    {
      name: 'method',
      value: fitMethods.join('|'),
      help: { en: `how to fit (default: ${defaults.method})`, zh: `训练方法（默认：${defaults.method}）` },
    },
    {
      name: 'dim',
      value: 'number',
      help: {
        en: `learned dimensions per method; the embedding may be wider (default: ${defaults.dim})`,
        zh: `每种方法学得的维数，嵌入可能更宽（默认：${defaults.dim}）`,
      },
    },
    epochsOption,
    {
      name: 'max-seconds',
      value: 'number',
      help: {
        en: 'cap on the time of the fit; where it changes anything, the space says that it is not reproducible',
        zh: '训练时间上限（秒）；若因此改变结果，空间会注明不可复现',
      },
    },
    seedOption,
    {
      name: 'encoder',
      value: 'sense=name[:key=value,…]',
      repeated: true,
      help: {
        en: 'encoder of a sense, e.g. image=clip, text=e5:dtype=q8 or image=builtin:size=32',
        zh: '某一感官的编码器，如 image=clip、text=e5:dtype=q8 或 image=builtin:size=32',
      },
    },
    workersOption,
    {
      name: 'trunk',
      help: { en: 'train layers that the senses share, too', zh: '同时训练各感官共享的网络层' },
    },
    {
      name: 'no-lexical',
      help: {
        en: 'learned numbers alone: never add 1,024 numbers for words to an embedding',
        zh: '只用学得的维度：不在嵌入中另加 1,024 维词语部分',
      },
    },
  ],
  example: 'tonggan fit emoji/items.csv --out emoji.space',
  async run(typed, context) {
    const [table] = typed.parameters
    const out = textOption(typed, 'out') ?? `${nameWithout(table, /\.(csv|jsonl)$/i)}.space`
    const options = {
      positives: choiceOption(typed, 'positives', positiveKinds),
      method: choiceOption(typed, 'method', fitMethods),
      dim: wholeOption(typed, 'dim', 2),
      epochs: wholeOption(typed, 'epochs', 1),
      maxSeconds: wholeOption(typed, 'max-seconds', 1),
      seed: wholeOption(typed, 'seed', 0),
      trunk: Boolean(typed.options.trunk),
      lexical: !typed.options['no-lexical'],
    }
    resolveFitOptions(options) // refuses what is out of range, before the work
    const senses = namesOption(typed, 'senses')
    await requireSpaceFolder(out)
    const watch = new Stopwatch()
    const dataset = await openDataset(table, context)
    requireRows(dataset, ['train', 'val'])
    const asked = (repeatedOption(typed, 'encoder') ?? []).map(parseEncoderOption)
    const workers = workersOf(typed, dataset.rows.length)
    const choice = { ...context, workers, senses, asked, operation: '--encoder' }
    const { encoders, problems } = await encodersFor(dataset, choice)
    const features = await encode(dataset, encoders, { ...context, views: senses, splits: ['train', 'val'] })
    for (const encoder of Object.values(encoders)) await encoder?.close()
    context.onProblems([...problems, ...features.problems])
    watch.lap('encode')
    const space = await fitSpace(features, { ...options, ...context })
    await space.save(out)
    watch.lap('fit')
    await space.close()
    const { splits, fit, evaluation } = space.manifest
    return {
      json: {
        space: out,
        hash: space.hash,
        dim: space.dim,
        modalities: space.modalities.map(({ name, encoder, views }) => ({
          name,
          encoder: encoder.id,
          views,
        })),
        splits,
        fit,
        evaluation,
        seconds: watch.seconds,
      },
      text: summary(space, nextLines(dataset.rows, out, table, context.language), out, watch, context),
    }
  },
}

function summary(
  { manifest: { dim, modalities, splits, fit, evaluation } }: OnnxSpace,
  next: readonly string[],
  out: string,
  watch: Stopwatch,
  { language }: Context,
): string {
  const senses = modalities.map(({ name, views }) => {
    const own = views.filter((view) => view !== name)
    return own.length > 0 ? `${name} (${own.join(', ')})` : name
  })
  const score = (evaluation.chosen as { score?: number } | undefined)?.score
  const said = score?.toFixed(3)
  const seconds = formatSeconds(watch.total)
  const { turns, solver, inputs, epochs, blend, lexical, race, nonFinite, reproducible } =
    fit as unknown as Recipe & {
      reproducible: boolean
    }
  const rows = rowsLine(splits, turns, language)
  const lines =
    language === 'zh'
      ? [
          `已训练 ${out}：${dim} 维，用时 ${seconds}`,
          `感官：${senses.join('、')}`,
          rows,
          `方法：${solver}（${inputs} 输入）${epochs > 0 ? `，再训练 ${epochs} 轮` : ''}${blend ? `，并列 ${blend.solver}` : ''}${lexical ? `，另加 ${lexical.dim} 维词语部分` : ''}${race.length > 1 ? `；在验证行上从 ${race.length} 种中选出` : ''}`,
          ...(said ? [`验证行上的平均 mAP：${said}`] : []),
          ...(reproducible ? [] : ['在时间上限或请求处提前结束：再次训练可能得到不同的空间']),
          ...nonFinite.map(({ cause, ...place }) =>
            'step' in place
              ? `训练在第 ${place.step} 步停止：${cause} 出现非有限数值（损失 ${place.loss}）；保留此前完好的结果`
              : `${place.method}（${place.inputs} 输入）出现非有限数值（${cause}），未参加比较`,
          ),
          ...next,
        ]
      : [
          `Fitted ${out}: ${dim} numbers a point, in ${seconds}`,
          `Senses: ${senses.join(', ')}`,
          rows,
          `Method: ${solver} on ${inputs} inputs${epochs > 0 ? `, then ${epochs} epochs of training` : ''}${blend ? `, beside ${blend.solver}` : ''}${lexical ? `, with ${lexical.dim} numbers for words` : ''}${race.length > 1 ? `, chosen of ${race.length} on validation rows` : ''}`,
          ...(said ? [`Mean average precision on validation rows: ${said}`] : []),
          ...(reproducible
            ? []
            : ['Stopped early (time limit or request): fitting again may give a different space']),
          ...nonFinite.map(({ cause, ...place }) =>
            'step' in place
              ? `Training stopped at step ${place.step}: ${cause} not finite (loss ${place.loss}); what was good before it is kept`
              : `${place.method} on ${place.inputs} inputs left out: ${cause} not finite`,
          ),
          ...next,
        ]
  return lines.join('\n')
}
