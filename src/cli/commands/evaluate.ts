// `tonggan evaluate <space> <table>`: encode the rows of one split with the space's own encoders and report how well
// each view finds each other.

import { writeFileAtomically } from '#platform/files'
import { encode } from '../../dataset/encode.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import { evaluate } from '../../retrieval/evaluate.ts'
import { SpaceEncoders } from '../../retrieval/space-encoders.ts'
import { openSpace } from '../../space/open-space.ts'
import { splitNames } from '../../spec/dataset.ts'
import type { Report } from '../../spec/space.ts'
import type { Command, Context } from '../command.ts'
import { geometryTables } from '../geometry-table.ts'
import { requireNoFolder } from '../paths.ts'
import { formatSeconds } from '../progress-printer.ts'
import { reportPage } from '../report-page.ts'
import { gatherReportPage } from '../report-page-data.ts'
import { reportColumns, reportNote, reportRows } from '../report-table.ts'
import { requireRows } from '../require-rows.ts'
import { Stopwatch } from '../stopwatch.ts'
import { formatTable } from '../table.ts'
import { choiceOption, namesOption, textOption } from '../typed-values.ts'
import { workersOf, workersOption } from '../workers-option.ts'

export const evaluateCommand: Command = {
  name: 'evaluate',
  parameters: ['space', 'table'],
  summary: { en: 'Measure how well any sense finds any other.', zh: '衡量任意两种感官之间互相检索的效果。' },
  options: [
    {
      name: 'split',
      value: splitNames.join('|'),
      help: { en: 'which rows to use (default: test)', zh: '使用哪部分行（默认：test）' },
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
    {
      name: 'report',
      value: 'page.html',
      help: { en: 'also write the report as a page', zh: '同时把报告写成网页' },
    },
    workersOption,
  ],
  example: 'tonggan evaluate emoji.space emoji/items.csv --split test',
  async run(typed, context) {
    const [folder, table] = typed.parameters
    const split = choiceOption(typed, 'split', splitNames) ?? 'test'
    const senses = namesOption(typed, 'senses')
    const page = textOption(typed, 'report')
    if (page) await requireNoFolder(page, '--report')
    const watch = new Stopwatch()
    const space = await openSpace(folder)
    const encoders = new SpaceEncoders(space)
    try {
      const dataset = await openDataset(table, context)
      requireRows(dataset, [split])
      const making = { ...context, workers: workersOf(typed, dataset.rows.length) }
      const within = await encoders.derivedFrom(dataset.views, making)
      const views = [...dataset.views, ...within].filter(({ name, modality }) =>
        senses
          ? senses.includes(name) || senses.includes(modality)
          : space.modalities.some((known) => known.name === modality),
      )
      const features = await encode(dataset, await encoders.forViews(views, making), {
        ...context,
        views: senses ?? views.map(({ name }) => name),
        splits: [split],
      })
      watch.lap('encode')
      context.onProblems(features.problems)
      const report = await evaluate(space, features, { ...context, split, senses })
      watch.lap('evaluate')
      if (page) {
        const evaluated = { space, dataset, features, report }
        const data = await gatherReportPage(evaluated, { folder, table, ...context })
        const html = await reportPage(data)
        await writeFileAtomically(page, new TextEncoder().encode(html))
      }
      return {
        json: { ...report, seconds: watch.seconds },
        text: reportText(report, context, watch, table),
      }
    } finally {
      await encoders.close()
      await space.close()
    }
  },
}

/** Tables of how the items lie, each with what its columns mean. */
function geometry(report: Report, context: Context): string {
  return geometryTables(report.geometry, context.language)
    .map(({ title, columns, rows, note }) => `${title}\n${formatTable(columns, rows, context)}\n${note}\n\n`)
    .join('')
}

function reportText(report: Report, context: Context, watch: Stopwatch, table: string): string {
  const { language } = context
  const rows = formatTable(reportColumns(report, language), reportRows(report, language), context)
  const note = reportNote(report, language)
  const seconds = formatSeconds(watch.total)
  const where =
    language === 'zh'
      ? `在 ${table} 的 ${report.split} 部分上评估，用时 ${seconds}`
      : `Evaluated on the ${report.split} rows of ${table} in ${seconds}`
  return `${rows}\n\n${note ? `${note}\n\n` : ''}${geometry(report, context)}${where}`
}
