// Fit: choose what to learn from, see what was understood, fit, watch, keep.

import { Dropzone } from '../../look/dropzone.tsx'
import { Button, Card } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import {
  cancelFit,
  fitting,
  isFitting,
  openFiles,
  startFit,
  stopFitHere,
  table,
} from '../../state/fitting.ts'
import { nameOfView } from '../../words/common.ts'
import { dictionary } from '../../words/language.ts'

const say = dictionary({
  en: {
    title: 'Fit a space',
    drop: 'Drop a folder, a table with its files, or a saved space (.zip)',
    fit: 'fit',
    enough: 'stop here',
    cancel: 'cancel',
    rows: (n: number) => `${n} rows`,
  },
  zh: {
    title: '训练空间',
    drop: '拖入文件夹、表格及其文件，或已保存的空间（.zip）',
    fit: '开始训练',
    enough: '到此为止',
    cancel: '取消',
    rows: (n) => `${n} 行`,
  },
})

export function FitPage() {
  const { progress } = fitting.value ?? {}
  return (
    <div class="stack">
      <h1>{say().title}</h1>
      <Dropzone onFiles={(files) => void openFiles(files)}>
        <p>{say().drop}</p>
      </Dropzone>
      {table.value && (
        <Card title={table.value.name} note={say().rows(table.value.rows)}>
          <ul>
            {table.value.views.map(({ name, items }) => (
              <li key={name}>
                <SenseMark view={name} /> {nameOfView(name)} · {items}
              </li>
            ))}
          </ul>
          <div class="row">
            {isFitting.value ? (
              <>
                <Button onClick={stopFitHere}>{say().enough}</Button>
                <Button onClick={cancelFit}>{say().cancel}</Button>
              </>
            ) : (
              <Button kind="main" onClick={() => void startFit({})}>
                {say().fit}
              </Button>
            )}
          </div>
          {progress && (
            <progress
              class="progress"
              aria-label={progress.stage}
              value={progress.done}
              max={progress.total}
            />
          )}
        </Card>
      )}
    </div>
  )
}
