// What an item looks, sounds or reads like. Its file is fetched when the card is shown, sounds and videos when they are to
// be played, so that a page of results costs a page of small pictures.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Hit } from 'tonggan'
import { Button } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { engine } from '../../state/studio.ts'
import { say } from './search-words.ts'
import { useBlobUrl } from './use-blob-url.ts'

/** Pixels: twice what is shown, for fine screens. */
const pictureSize = 256

export function HitPreview({ hit, name }: { hit: Hit; name: string }) {
  const { modality, content } = hit
  if (modality === 'text') return <p class="hit-words">{content}</p>
  if (modality === 'code')
    return (
      <pre class="hit-code">
        <code>{content}</code>
      </pre>
    )
  if (modality === 'image') return <Picture hit={hit} name={name} />
  if (modality === 'motion') return <NoPicture hit={hit} />
  return <Playable hit={hit} name={name} />
}

function Picture({ hit, name }: { hit: Hit; name: string }) {
  const { blob, isMissing } = useFile(hit, true)
  const url = useBlobUrl(blob)
  if (isMissing) return <NoPicture hit={hit} />
  return <div class="hit-picture">{url && <img src={url} alt={name} />}</div>
}

function NoPicture({ hit }: { hit: Hit }) {
  return (
    <div class="hit-picture hit-absent">
      <SenseMark view={hit.view} />
      <span class="soft">{hit.modality === 'motion' ? hit.content : say().noFile}</span>
    </div>
  )
}

function Playable({ hit, name }: { hit: Hit; name: string }) {
  const [isPlaying, setPlaying] = useState(false)
  const player = useRef<HTMLMediaElement>(null)
  const { blob, isMissing } = useFile(hit, isPlaying)
  const url = useBlobUrl(blob)
  useEffect(() => {
    if (url && isPlaying) void player.current?.play().catch(() => setPlaying(false))
  }, [url, isPlaying])
  if (isMissing) return <NoPicture hit={hit} />
  const events = { src: url, onEnded: () => setPlaying(false) }
  return (
    <div class="hit-picture">
      {hit.modality === 'video' && isPlaying ? (
        <video ref={player as never} controls loop {...events} />
      ) : (
        <Button
          class="button hit-play"
          aria-label={isPlaying ? say().stopPlaying(name) : say().play(name)}
          onClick={() => setPlaying(!isPlaying)}
        >
          <span aria-hidden="true">{isPlaying ? '■' : '▶'}</span>
        </Button>
      )}
      {hit.modality === 'audio' && isPlaying && <audio ref={player as never} {...events} />}
    </div>
  )
}

/** The file of an item, once it is wanted. */
function useFile(hit: Hit, isWanted: boolean): { blob?: Blob; isMissing: boolean } {
  const [file, setFile] = useState<{ blob?: Blob; isMissing: boolean }>({ isMissing: false })
  useEffect(() => {
    if (!isWanted) return
    let isCurrent = true
    const show = (blob?: Blob) => isCurrent && setFile({ blob, isMissing: !blob })
    engine.value?.file(hit, pictureSize).then(show, () => show(undefined))
    return () => {
      isCurrent = false
    }
  }, [hit.position, isWanted])
  return file
}
