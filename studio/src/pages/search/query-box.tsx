// The box and what stands beside it: words with input methods in mind, files, a pad to draw on, a microphone, and what is
// asked with so far.

import { useRef, useState } from 'preact/hooks'
import { Button } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { searchBoxId } from '../../state/keys.ts'
import type { AskedWith } from './asked-with.ts'
import { DrawingPad } from './drawing-pad.tsx'
import { RecordButton } from './record-button.tsx'
import {
  addAsked,
  addFiles,
  ask,
  askedWith,
  commit,
  complaint,
  like,
  removeAsked,
  senses,
  type,
  typed,
} from './search-state.ts'
import { say } from './search-words.ts'
import { useBlobUrl } from './use-blob-url.ts'

const accepted = 'image/*,audio/*,video/*,.bvh,.glb,.gltf,.flac,.opus'

export function QueryBox() {
  const [isDrawing, setDrawing] = useState(false)
  const files = useRef<HTMLInputElement>(null)
  const can = (sense: 'text' | 'code' | 'image' | 'audio') => senses.value.includes(sense)
  return (
    <search class="card query">
      <form
        class="query-line"
        onSubmit={(event) => {
          event.preventDefault()
          commit(true)
        }}
      >
        <label class="hidden-visually" for={searchBoxId}>
          {say().box}
        </label>
        <input
          id={searchBoxId}
          class="query-words"
          type="search"
          autocomplete="off"
          enterkeyhint="search"
          placeholder={say().box}
          aria-describedby="search-hint"
          disabled={!can('text') && !can('code')}
          value={typed.value}
          onInput={({ currentTarget, isComposing }) => {
            // half-composed words are shown, and asked for once they are whole
            if (isComposing) typed.value = currentTarget.value
            else type(currentTarget.value)
          }}
          onCompositionEnd={({ currentTarget }) => type(currentTarget.value)}
          onChange={() => commit(true)}
        />
        <div class="row query-tools">
          {can('image') && (
            <Button aria-expanded={isDrawing} onClick={() => setDrawing(!isDrawing)}>
              {say().draw}
            </Button>
          )}
          {can('audio') && <RecordButton />}
          <Button onClick={() => files.current?.click()}>{say().choose}</Button>
          <input
            ref={files}
            type="file"
            hidden
            multiple
            accept={accepted}
            data-choose="asked-with"
            onChange={({ currentTarget }) => {
              const chosen = [...(currentTarget.files ?? [])]
              currentTarget.value = '' // so that the same choice can be made again
              void addFiles(chosen)
            }}
          />
        </div>
      </form>
      <p id="search-hint" class="soft query-hint">
        {say().hint}
      </p>
      {isDrawing && (
        <DrawingPad onDrawing={(blob) => addAsked({ sense: 'image', blob, origin: 'drawing', name: '' })} />
      )}
      <Chips />
      <p role="alert" class="query-complaint">
        {complaint.value}
      </p>
    </search>
  )
}

/** What is asked with besides words, each with a button that takes it away. */
function Chips() {
  if (askedWith.value.length === 0 && like.value === undefined) return null
  return (
    <ul class="row chips" aria-label={say().asked}>
      {askedWith.value.map((item) => (
        <Chip key={item.sense} item={item} />
      ))}
      {like.value !== undefined && (
        <li class="pill chip">
          <span>{say().likeItem(`#${like.value}`)}</span>
          <Remove name={`#${like.value}`} onRemove={() => ask({ words: typed.value.trim() })} />
        </li>
      )}
    </ul>
  )
}

function Chip({ item }: { item: AskedWith }) {
  const { sense, blob, origin, name } = item
  const url = useBlobUrl(blob)
  const shown = origin === 'file' ? name : say()[origin]
  return (
    <li class="pill chip">
      {sense === 'image' && url ? <img src={url} alt="" /> : <SenseMark view={sense} />}
      <span class="chip-name">{shown}</span>
      {/* biome-ignore lint/a11y/useMediaCaption: what a person just recorded or chose has none */}
      {sense === 'audio' && url && <audio controls src={url} aria-label={shown} />}
      <Remove name={shown} onRemove={() => removeAsked(item)} />
    </li>
  )
}

function Remove({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <Button kind="plain" aria-label={say().remove(name)} onClick={onRemove}>
      <span aria-hidden="true">×</span>
    </Button>
  )
}
