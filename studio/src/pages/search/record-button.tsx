// Records from the microphone until it is stopped, 30 s at most, and asks with the sound.

import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../look/parts.tsx'
import { addAsked, complaint } from './search-state.ts'
import { say } from './search-words.ts'
import { soundToWav } from './sound-to-wav.ts'

const longestSeconds = 30

export function RecordButton() {
  const [seconds, setSeconds] = useState<number | undefined>(undefined)
  const recorder = useRef<MediaRecorder | undefined>(undefined)
  const stop = () => recorder.current?.state === 'recording' && recorder.current.stop()
  useEffect(() => () => void stop(), [])
  useEffect(() => {
    if (seconds === undefined) return
    if (seconds >= longestSeconds) stop()
    const next = setTimeout(() => setSeconds(seconds + 1), 1000)
    return () => clearTimeout(next)
  }, [seconds])

  const start = async () => {
    complaint.value = undefined
    try {
      recorder.current = await record((blob) => {
        setSeconds(undefined)
        addAsked({ sense: 'audio', blob, origin: 'recording', name: '' })
      })
      setSeconds(0)
    } catch (error) {
      const isDenied = error instanceof DOMException && error.name === 'NotAllowedError'
      complaint.value = isDenied ? say().deniedMicrophone : say().noMicrophone
    }
  }
  return (
    <Button
      aria-pressed={seconds !== undefined}
      onClick={() => (seconds === undefined ? void start() : stop())}
    >
      {seconds === undefined ? say().record : say().stop(seconds)}
    </Button>
  )
}

/** @throws DOMException `NotAllowedError` where the person or the page's owner says no; another where there is none */
async function record(onSound: (wav: Blob) => void): Promise<MediaRecorder> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const recorder = new MediaRecorder(stream)
  const pieces: Blob[] = []
  recorder.ondataavailable = ({ data }) => pieces.push(data)
  recorder.onstop = async () => {
    for (const track of stream.getTracks()) track.stop()
    onSound(await soundToWav(new Blob(pieces, { type: recorder.mimeType })))
  }
  recorder.start()
  return recorder
}
