// A place to drop a folder, a table with its files, or a .zip, with buttons that do the same by keyboard.

import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { FileSet } from '../engine/studio-engine.ts'
import { filesOfDrop, filesOfList } from '../state/chosen-files.ts'
import { attempt } from '../state/studio.ts'
import { dictionary } from '../words/language.ts'
import { Button } from './parts.tsx'

const say = dictionary({
  en: { folder: 'choose a folder', files: 'choose files' },
  zh: { folder: '选择文件夹', files: '选择文件' },
})

/** The attribute that makes a file dialog choose folders; Preact's types do not have it. */
const wholeFolders: object = { webkitdirectory: true }

export function Dropzone({
  onFiles,
  disabled = false,
  children,
}: {
  onFiles: (files: FileSet) => void
  disabled?: boolean
  children?: ComponentChildren
}) {
  const [over, setOver] = useState(false)
  const folder = useRef<HTMLInputElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const take = async (chosen: Promise<FileSet>) => {
    const all = await attempt(() => chosen)
    if (all && all.files.size > 0) onFiles(all)
  }
  const onChange = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const list = [...(currentTarget.files ?? [])]
    currentTarget.value = '' // so that the same choice can be made again
    void take(filesOfList(list))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for pointers; the buttons do the same by keyboard
    <div
      class="dropzone"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (event.dataTransfer && !disabled) void take(filesOfDrop(event.dataTransfer))
      }}
    >
      {children}
      <div class="row">
        <Button kind="main" disabled={disabled} onClick={() => folder.current?.click()}>
          {say().folder}
        </Button>
        <Button disabled={disabled} onClick={() => files.current?.click()}>
          {say().files}
        </Button>
      </div>
      <input ref={folder} type="file" hidden data-choose="folder" {...wholeFolders} onChange={onChange} />
      <input ref={files} type="file" hidden data-choose="files" multiple onChange={onChange} />
    </div>
  )
}
