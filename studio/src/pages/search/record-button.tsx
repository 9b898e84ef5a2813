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
  /** From the click until the person has let the page use the microphone, or has not. */
  const isStarting = useRef(false)
  const isLeft = useRef(false)
  const stop = () => {
    if (recorder.current?.state === 'recording') recorder.current.stop()
  }
  useEffect(
    () => () => {
      isLeft.current = true
      stop()
    },
    [],
  )
  useEffect(() => {
    if (seconds === undefined) return
    if (seconds >= longestSeconds) return stop()
    const next = setTimeout(() => setSeconds(seconds + 1), 1000)
    return () => clearTimeout(next)
  }, [seconds])

  const complain = (words: string) => {
    if (!isLeft.current) complaint.value = words
  }
  const take = async (sound: Blob) => {
    try {
      const blob = await soundToWav(sound)
      addAsked({ sense: 'audio', blob, origin: 'recording', name: '' })
    } catch {
      complain(say().noRecording) // stopped at once, there is no sound in it
    } finally {
      setSeconds(undefined)
    }
  }
  const start = async () => {
    if (isStarting.current) return
    isStarting.current = true
    complaint.value = undefined
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      if (isLeft.current) return letGo(stream)
      recorder.current = record(stream, take)
      setSeconds(0)
    } catch (error) {
      const isDenied = error instanceof DOMException && error.name === 'NotAllowedError'
      complain(isDenied ? say().deniedMicrophone : say().noMicrophone)
    } finally {
      isStarting.current = false
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

/** Records until it is stopped. The microphone is let go of in any case. */
function record(stream: MediaStream, onSound: (sound: Blob) => void): MediaRecorder {
  try {
    const recorder = new MediaRecorder(stream)
    const pieces: Blob[] = []
    recorder.ondataavailable = ({ data }) => pieces.push(data)
    recorder.onstop = () => {
      letGo(stream)
      onSound(new Blob(pieces, { type: recorder.mimeType }))
    }
    recorder.start()
    return recorder
  } catch (error) {
    letGo(stream)
    throw error
  }
}

function letGo(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
