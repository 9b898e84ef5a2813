// Search: one box for words, pictures, drawings and sounds; what was found of every sense, with how probable it is that
// it is right, chance beside it, and a plain word where nothing matches.

import './search.css'
import { useEffect, useState } from 'preact/hooks'
import { addressOf } from '../../state/route.ts'
import { space } from '../../state/studio.ts'
import { QueryBox } from './query-box.tsx'
import { Results } from './results.tsx'
import { addFiles, keepAsking, searchable } from './search-state.ts'
import { say } from './search-words.ts'
import { Wishes } from './wishes.tsx'

export function SearchPage() {
  const [over, setOver] = useState(false)
  useEffect(keepAsking, [])
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      if (clipboardData && clipboardData.files.length > 0) void addFiles([...clipboardData.files])
    }
    addEventListener('paste', paste)
    return () => removeEventListener('paste', paste)
  }, [])
  if (!space.value) return <Nothing words={say().noSpace} />
  if (searchable.value.length === 0) return <Nothing words={say().noItems} />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for pointers; the button chooses files by keyboard
    <div
      class="stack search-page"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) setOver(false)
      }}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (event.dataTransfer) void addFiles([...event.dataTransfer.files])
      }}
    >
      <h1 class="hidden-visually">{say().title}</h1>
      <QueryBox />
      {over && <p class="search-drop">{say().drop}</p>}
      <Wishes />
      <Results />
    </div>
  )
}

function Nothing({ words }: { words: string }) {
  return (
    <div class="stack">
      <h1>{say().title}</h1>
      <p>{words}</p>
      <p>
        <a href={addressOf('fit')}>{say().fitOne}</a>
      </p>
    </div>
  )
}
