// `tonggan search <index> --text "…"`: the nearest items to a query of one sense or several.

import { dirname, join } from 'node:path'
import { readFile } from '#platform/files'
import { openFlatIndex } from '../../index/flat-index.ts'
import { openIndex, type SearchIndex } from '../../retrieval/search-index.ts'
import { openSpace } from '../../space/open-space.ts'
import { TongganError } from '../../spec/errors.ts'
import { modalityNames } from '../../spec/modality.ts'
import type { Hits } from '../../spec/search.ts'
import type { Command, Context, Typed } from '../command.ts'
import { Stopwatch } from '../stopwatch.ts'
import { formatTable } from '../table.ts'
import { namesOption, repeatedOption, textOption, wholeOption } from '../typed-values.ts'

export const searchCommand: Command = {
  name: 'search',
  parameters: ['index'],
  summary: {
    en: 'Find items of any sense by words, a picture, a sound, a video, a motion, code, or several at once.',
    zh: '用文字、图像、声音、视频、动作、代码或它们的组合，检索任意感官的内容。',
  },
  options: [
    ...modalityNames.map((name) => ({
      name,
      value: name === 'text' || name === 'code' ? 'words' : 'file',
      help: { en: `ask with ${name}`, zh: `用 ${name} 提问` },
    })),
    {
      name: 'want',
      value: 'names',
      repeated: true,
      help: {
        en: 'modalities or views to find, e.g. image (default: any)',
        zh: '要找的模态或视图，如 image（默认：不限）',
      },
    },
    {
      name: 'k',
      short: 'k',
      value: 'number',
      help: { en: 'how many hits (default: 10)', zh: '结果数量（默认：10）' },
    },
    {
      name: 'label',
      value: 'label',
      repeated: true,
      help: { en: 'only items with this label', zh: '仅限此标签的内容' },
    },
    {
      name: 'view',
      value: 'names',
      repeated: true,
      help: { en: 'only items of these views', zh: '仅限这些视图的内容' },
    },
    {
      name: 'space',
      value: 'folder',
      help: { en: 'the space of the index, where it was moved', zh: '索引所属的空间（若已移动）' },
    },
  ],
  example: 'tonggan search emoji.index --text "a sleepy cat" --want image -k 5',
  async run(typed, context) {
    const [path] = typed.parameters
    const query = queryOf(typed)
    const options = {
      want: namesOption(typed, 'want'),
      k: wholeOption(typed, 'k', 1),
      filter: { label: repeatedOption(typed, 'label'), view: namesOption(typed, 'view') },
      signal: context.signal,
    }
    const watch = new Stopwatch()
    const index = await openWithSpace(path, textOption(typed, 'space'))
    try {
      watch.lap('open')
      const hits = await index.search(query, options)
      watch.lap('search')
      const { nothingMatches } = hits
      return {
        json: { query, hits, nothingMatches, seconds: watch.seconds },
        text: hitTable(hits, index, context),
      }
    } finally {
      await index.close()
      await index.space.close()
    }
  },
}

function queryOf(typed: Typed): Record<string, string> {
  const query: Record<string, string> = {}
  for (const name of modalityNames) {
    const value = textOption(typed, name)
    if (value !== undefined) query[name] = value
  }
  if (Object.keys(query).length > 0) return query
  throw new TongganError('wrong-usage', {
    operation: 'tonggan search',
    expected: 'something to ask with, such as --text "…" or --image FILE',
    received: 'nothing',
  })
}

/** An index knows where its space was; `--space` says where it is now. */
async function openWithSpace(path: string, asked: string | undefined): Promise<SearchIndex> {
  const bytes = await readFile(path, Number.POSITIVE_INFINITY)
  const { spacePath } = openFlatIndex(bytes, { path })
  const folder = asked ?? (spacePath === undefined ? undefined : join(dirname(path), spacePath))
  const remedy = 'say where it is with --space'
  if (folder === undefined) {
    throw new TongganError('missing-file', { operation: 'open the space of the index', path, remedy })
  }
  const space = await openSpace(folder).catch((error) => {
    const isMissing = error instanceof TongganError && error.code === 'missing-file'
    throw isMissing && asked === undefined ? error.with({ remedy }) : error
  })
  return openIndex(bytes, space)
}

const words = {
  en: {
    headers: ['similarity', 'confidence', 'view', 'thing', 'label', 'item'],
    nothing: 'Nothing here matches; the nearest are:',
  },
  zh: {
    headers: ['相似度', '把握', '视图', '事物', '标签', '内容'],
    nothing: '这里没有相符的内容；最接近的是：',
  },
}

function hitTable(hits: Hits, index: SearchIndex, { language, width }: Context): string {
  if (hits.length === 0) {
    const held = index.views.join(', ') || (language === 'zh' ? '空' : 'nothing')
    return language === 'zh' ? `没有结果；索引中有：${held}` : `No hits; the index holds: ${held}`
  }
  const { headers, nothing } = words[language]
  const rows = hits.map(({ similarity, confidence, view, id, label, content }) => [
    similarity.toFixed(3),
    confidence === undefined ? undefined : `${(100 * confidence).toFixed(0)}%`,
    view,
    id,
    label,
    content,
  ])
  const table = formatTable(headers, rows, { width })
  return hits.nothingMatches ? `${nothing}\n\n${table}` : table
}
