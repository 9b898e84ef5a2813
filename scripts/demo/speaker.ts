// A worker thread that speaks: takes one utterance at a time, writes its file, and says so.

import { parentPort } from 'node:worker_threads'
import { speak } from './speak.ts'
import type { Utterance } from './speak-all.ts'
import { writeWhole } from './write-whole.ts'

// The engine throws some hundred errors an utterance for its own use; tracing them took a fifth of the time.
Error.stackTraceLimit = 0

parentPort?.on('message', async ({ words, voice, path }: Utterance) => {
  writeWhole(path, await speak(words, voice))
  parentPort?.postMessage(path)
})
