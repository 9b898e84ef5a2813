// `tonggan export <space>`: the graphs of a space as plain `<modality>.onnx`, with a page that says what goes in and
// what comes out, for any ONNX Runtime in any language.

import { join } from 'node:path'
import { writeFileAtomically } from '#platform/files'
import type { OnnxSpace } from '../../space/onnx-space.ts'
import { openSpace } from '../../space/open-space.ts'
import type { Command } from '../command.ts'
import { nameWithout, requireFolder } from '../paths.ts'
import { textOption } from '../typed-values.ts'

export const exportCommand: Command = {
  name: 'export',
  parameters: ['space'],
  summary: {
    en: 'Write plain <modality>.onnx files that any ONNX Runtime can run.',
    zh: '导出任何 ONNX Runtime 都能运行的 <模态>.onnx 文件。',
  },
  options: [
    {
      name: 'out',
      short: 'o',
      value: 'folder',
      help: { en: 'where to write them (default: <space name>-onnx)', zh: '写到哪里（默认：<空间名>-onnx）' },
    },
  ],
  example: 'tonggan export emoji.space --out emoji-onnx',
  async run(typed, { language }) {
    const [folder] = typed.parameters
    const out = textOption(typed, 'out') ?? `${nameWithout(folder, /\.space$/i)}-onnx`
    await requireFolder(out)
    const space = await openSpace(folder)
    const files: string[] = []
    for (const { name } of space.modalities) {
      const path = join(out, `${name}.onnx`)
      await writeFileAtomically(path, space.graph(name))
      files.push(path)
    }
    const graphs = describeGraphs(space)
    const page = join(out, 'graphs.json')
    await writeFileAtomically(page, new TextEncoder().encode(`${JSON.stringify(graphs, null, 2)}\n`))
    files.push(page)
    await space.close()
    const head = language === 'zh' ? `已从 ${folder} 导出：` : `Exported from ${folder}:`
    return {
      json: { space: folder, files, ...graphs },
      text: [head, ...files.map((file) => `  ${file}`)].join('\n'),
    }
  },
}

/** What a program in another language must know: what each graph takes and gives. */
function describeGraphs({ hash, dim, modalities }: OnnxSpace) {
  return {
    about:
      'Each graph carries the features of one modality, as its encoder gives them, into one shared space. Embeddings have length 1, so their inner product is the cosine: larger is more similar.',
    hash,
    graphs: modalities.map(({ name, encoder, featureDim }) => ({
      file: `${name}.onnx`,
      encoder,
      input: { name: 'features', type: 'float32', shape: ['batch', featureDim] },
      output: { name: 'embedding', type: 'float32', shape: ['batch', dim] },
    })),
  }
}
