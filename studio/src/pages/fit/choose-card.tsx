// Where everything begins: drop a folder, a table or a saved space, or take the example. The start page shows it, too,
// while nothing is open.

import type { FileSet } from '../../engine/studio-engine.ts'
import { Dropzone } from '../../look/dropzone.tsx'
import { Button, Card } from '../../look/parts.tsx'
import { filesOfExample } from '../../state/chosen-files.ts'
import { mayReplaceSpace, openFiles, work } from '../../state/fitting.ts'
import { go } from '../../state/route.ts'
import { attempt } from '../../state/studio.ts'
import { dictionary } from '../../words/language.ts'

const say = dictionary({
  en: {
    drop: 'Drop a folder, a table (.csv or .jsonl) with its files, or a saved space (folder or .zip).',
    privacy: 'Files are read in this browser; nothing is uploaded unasked.',
    example: 'try it on 544 emoji',
    exampleNote: '0.8 MB · pictures: Twemoji, CC BY 4.0; names: Unicode CLDR',
    reading: 'reading …',
    sure: 'The open space was fitted here and has not been downloaded. Open another in its place?',
  },
  zh: {
    drop: '拖入文件夹、表格（.csv 或 .jsonl）及其文件，或已保存的空间（文件夹或 .zip）。',
    privacy: '文件在此浏览器中读取；未经您选择，不会上传任何内容。',
    example: '用 544 个表情符号试试',
    exampleNote: '0.8 MB · 图像：Twemoji，CC BY 4.0；名称：Unicode CLDR',
    reading: '读取中……',
    sure: '当前空间在此训练，尚未下载。要用另一个取代它吗？',
  },
})

export function ChooseCard({ title }: { title?: string }) {
  const take = async (files: FileSet) => {
    if (!mayReplaceSpace(files, () => confirm(say().sure))) return
    const kind = await openFiles(files)
    if (kind) go(kind === 'space' ? '' : 'fit')
  }
  const takeExample = async () => {
    const files = await attempt(filesOfExample)
    if (files) await take(files)
  }
  const isBusy = work.value !== undefined
  return (
    <Card title={title}>
      <Dropzone onFiles={(files) => void take(files)} disabled={isBusy}>
        <p>{say().drop}</p>
        <p class="soft">{work.value === 'reading' ? say().reading : say().privacy}</p>
      </Dropzone>
      <p class="row choose-example">
        <Button onClick={() => void takeExample()} disabled={isBusy}>
          {say().example}
        </Button>
        <span class="soft small">{say().exampleNote}</span>
      </p>
    </Card>
  )
}
