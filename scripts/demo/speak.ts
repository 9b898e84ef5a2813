// Words → speech, by the espeak-ng inside `text2wav`. The package says MIT, but espeak-ng is GPL-3: for development
// only. Its engine is a WebAssembly program that is started anew for every utterance, and `text2wav` compiles it and
// looks through some 250 files of voices each time. Here, through Emscripten's own hooks, it is compiled once and given
// the English voices alone, in memory: the same sound in a third of the time.

import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Voice } from './voices.ts'

/** What Emscripten takes and, once it has started, offers. */
interface EmscriptenModule {
  arguments: string[]
  instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): object
  preRun(): void
  postRun(): void
  quit(status: number): void
  print(line: string): void
  printErr(line: string): void
  FS?: {
    unmount(path: string): void
    mkdirTree(path: string): void
    createDataFile(folder: string, name: string, data: Uint8Array, canRead: boolean, canWrite: boolean): void
    readFile(path: string): Uint8Array
  }
}

const require = createRequire(import.meta.url)
const startEngine: (module: EmscriptenModule) => void = require('text2wav/lib/espeak-ng.js')
const program = WebAssembly.compile(readFileSync(require.resolve('text2wav/lib/espeak-ng.wasm')))
const voiceData = readVoiceData(join(require.resolve('text2wav/package.json'), '../espeak-ng-data'))

/** Words → a WAV file, 22,050 Hz mono. One at a time in one thread. */
export async function speak(words: string, voice: Voice): Promise<Uint8Array> {
  const compiled = await program
  const before = faultListeners()
  const complaints: string[] = []
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      const { name, pitch, wordsPerMinute } = voice
      const module: EmscriptenModule = {
        arguments: ['-v', name, '-p', `${pitch}`, '-s', `${wordsPerMinute}`, '-z', '-w', 'speech.wav', words],
        instantiateWasm(imports, done) {
          WebAssembly.instantiate(compiled, imports).then(done, reject)
          return {}
        },
        preRun() {
          module.FS?.unmount('/usr/share')
          for (const { folder, name, data } of voiceData) {
            module.FS?.mkdirTree(folder)
            module.FS?.createDataFile(folder, name, data, true, false)
          }
        },
        postRun: () => resolve(module.FS?.readFile('/speech.wav') ?? new Uint8Array()),
        quit: (status) => reject(new Error(`espeak-ng ended with status ${status}: ${complaints.join(' ')}`)),
        print: () => {},
        printErr: (line) => complaints.push(line),
      }
      startEngine(module)
    })
  } finally {
    forgetFaultListeners(before)
  }
}

/** English and every throat, as files under the engine's own root. */
function readVoiceData(root: string): { folder: string; name: string; data: Uint8Array }[] {
  const parts = [
    { part: '', names: ['phontab', 'phonindex', 'phondata', 'intonations', 'en_dict'] },
    { part: 'lang/gmw', names: readdirSync(join(root, 'lang/gmw')).filter((name) => name.startsWith('en')) },
    { part: 'voices/!v', names: readdirSync(join(root, 'voices/!v')) },
  ]
  return parts.flatMap(({ part, names }) =>
    names.map((name) => ({
      folder: join('/usr/share/espeak-ng-data', part),
      name,
      data: readFileSync(join(root, part, name)),
    })),
  )
}

/** Every engine that is started leaves listeners at the process, and each would hold that engine's memory for good. */
function faultListeners(): Set<unknown> {
  return new Set([...process.listeners('uncaughtException'), ...process.listeners('unhandledRejection')])
}

function forgetFaultListeners(except: ReadonlySet<unknown>): void {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    for (const listener of process.rawListeners(event)) {
      if (!except.has(listener)) process.removeListener(event, listener as () => void)
    }
  }
}
