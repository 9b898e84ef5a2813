// One item as one sees it: its words, its picture, its player.

import { useEffect, useState } from 'preact/hooks'
import type { IndexEntry } from 'tonggan'
import type { FileUrls, ItemFile } from './file-urls.ts'
import { mapWords } from './map-words.ts'

/** What stands for an item in a line of text: its words, else the name of its file. */
export function titleOf({ modality, content }: IndexEntry): string {
  if (modality === 'text' || modality === 'code') return content
  return content.split(/[/\\]/).at(-1) ?? content
}

export function useItemFile(urls: FileUrls, entry: IndexEntry | undefined): ItemFile | undefined | 'loading' {
  const [file, setFile] = useState<ItemFile | undefined | 'loading'>('loading')
  useEffect(() => {
    if (!entry) return
    let isCurrent = true
    setFile('loading')
    void urls.get(entry).then((found) => isCurrent && setFile(found))
    return () => {
      isCurrent = false
    }
  }, [urls, entry])
  return file
}

interface FaceProps {
  readonly entry: IndexEntry
  readonly urls: FileUrls
  /** A thumbnail, without controls. */
  readonly small?: boolean
  /** Say why there is only a name. */
  readonly explain?: boolean
}

export function ItemFace({ entry, urls, small, explain }: FaceProps) {
  if (entry.modality === 'text' || entry.modality === 'code') {
    return <span class={`item-words ${entry.modality === 'code' ? 'item-code' : ''}`}>{entry.content}</span>
  }
  return <FileFace {...{ entry, urls, small, explain }} />
}

function FileFace({ entry, urls, small, explain }: FaceProps) {
  const file = useItemFile(urls, entry)
  const title = titleOf(entry)
  if (file === 'loading') return <span class="item-words soft">{title}</span>
  if (file?.kind === 'image') return <img class="item-picture" src={file.url} alt={title} draggable={false} />
  if (file?.kind === 'video')
    return (
      <video
        class="item-picture"
        src={file.url}
        aria-label={title}
        muted
        controls={!small}
        preload="metadata"
      />
    )
  if (file?.kind === 'audio' && !small)
    // biome-ignore lint/a11y/useMediaCaption: what is said in a sound of the table is not known; its name is beside it
    return <audio class="item-player" src={file.url} aria-label={title} controls preload="none" />
  return (
    <span class="item-words">
      {title}
      {!file && explain && <span class="soft"> · {mapWords().cannotShow}</span>}
    </span>
  )
}
