// The space that is open, as one file to keep.

import { useState } from 'preact/hooks'
import type { OpenSpace } from '../../engine/studio-engine.ts'
import { Button, Card } from '../../look/parts.tsx'
import { isUnsaved, saveSpace } from '../../state/fitting.ts'
import { say } from './words.ts'

export function KeepCard({ space }: { space: OpenSpace }) {
  const [isBusy, setBusy] = useState(false)
  const download = async () => {
    setBusy(true)
    await saveSpace()
    setBusy(false)
  }
  return (
    <Card title={say().keep} note={`${space.name} · ${space.dim}-d`}>
      <div class="stack tight">
        <p class="small">{say().keepNote}</p>
        <Button kind={isUnsaved.value ? 'main' : undefined} onClick={() => void download()} disabled={isBusy}>
          {say().download}
        </Button>
        {isUnsaved.value && <p class="soft small">{say().unsaved}</p>}
      </div>
    </Card>
  )
}
