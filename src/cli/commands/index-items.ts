// `tonggan index <space> <table or files …>`: embed items with the space's own encoders and save them as an index.

import { openDataset } from '../../dataset/open-dataset.ts'
import { createIndex } from '../../retrieval/search-index.ts'
import { openSpace } from '../../space/open-space.ts'
import { TongganError } from '../../spec/errors.ts'
import type { Command } from '../command.ts'
import { datasetOfFiles, isTableOrFolder } from '../files-dataset.ts'
import { nameWithout, pathSeenFrom, requireNoFolder } from '../paths.ts'
import { formatSeconds } from '../progress-printer.ts'
import { Stopwatch } from '../stopwatch.ts'
import { textOption } from '../typed-values.ts'
import { workersOf, workersOption } from '../workers-option.ts'

export const indexCommand: Command = {
  name: 'index',
  parameters: ['space', 'table or files…'],
  summary: {
    en: 'Make the items of a table, of a folder or of files searchable.',
    zh: '为表格、文件夹或文件中的内容建立可检索的索引。',
  },
  options: [
    {
      name: 'out',
      short: 'o',
      value: 'file',
      help: {
        en: 'where to save the index (default: <table name>.index)',
        zh: '索引的保存位置（默认：<表名>.index）',
      },
    },
    workersOption,
  ],
  example: 'tonggan index emoji.space emoji/items.csv --out emoji.index',
  async run(typed, context) {
    const [folder, ...sources] = typed.parameters
    const out = textOption(typed, 'out') ?? `${nameWithout(sources[0], /\.\w+$/)}.index`
    await requireNoFolder(out, '--out')
    const watch = new Stopwatch()
    const space = await openSpace(folder)
    const index = createIndex(space)
    try {
      const datasets = []
      for (const source of sources.filter(isTableOrFolder)) datasets.push(await openDataset(source, context))
      const files = sources.filter((source) => !isTableOrFolder(source))
      if (files.length > 0) datasets.push(datasetOfFiles(files))
      const workers = workersOf(
        typed,
        datasets.reduce((sum, { rows }) => sum + rows.length, 0),
      )
      for (const dataset of datasets)
        context.onProblems((await index.add(dataset, { ...context, workers })).problems)
      if (index.count === 0) throw nothingToIndex(sources)
      await index.save(out, { spacePath: pathSeenFrom(out, folder) })
      watch.lap('index')
      const { count, views } = index
      const seconds = formatSeconds(watch.total)
      return {
        json: {
          index: out,
          count,
          views,
          space: space.hash,
          seconds: watch.seconds,
        },
        text:
          context.language === 'zh'
            ? `已将 ${count} 项（${views.join('、')}）存入 ${out}，用时 ${seconds}\n接下来：tonggan search ${out} --text "……"`
            : `Indexed ${count} items (${views.join(', ')}) in ${out}, in ${seconds}\nNext: tonggan search ${out} --text "…"`,
      }
    } finally {
      await index.close()
      await space.close()
    }
  },
}

/** An index of nothing finds nothing, and would take the place of one that does. */
function nothingToIndex(sources: readonly string[]): TongganError {
  return new TongganError('not-enough-data', {
    operation: `index ${sources.join(' ')}`,
    expected: 'at least one item that can be read',
    received: 'none',
    remedy: 'nothing was saved; see what was left out, and why',
  })
}
