// A server that is killed without warning, its job's process with it, while it fits a space again under the name of
// an old one; then what stands on disk is opened as whoever comes next would open it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TongganClient } from '../src/client.ts'
import { encode, fitSpace, openDataset, openIndex, openSpace, textEncoder } from '../src/index.ts'

/** When to kill: as the fit begins, at random within the time that a fit takes, or shortly after a file was begun. */
export type Moment = 'at once' | 'at any time' | 'while writing'

export interface Survived {
  readonly kept: 'old' | 'new'
  /** Whether the killed process had a file half-written. */
  readonly halfWritten: boolean
}

const rows = 1000
const name = 'kept'

export class KillableServer {
  readonly #folder: string
  readonly #space: string
  #dim = 4
  /** Of a fit, from asking for it to its end. */
  #fitMs = 0

  private constructor(folder: string, space: string) {
    this.#folder = folder
    this.#space = space
  }

  /** With a space of the name `kept` that a first fit made. */
  static async prepare(folder: string): Promise<KillableServer> {
    const small = await openDataset(
      new Map([['items.csv', 'text.a,text.b\none,two\nthree,four\nfive,six\nseven,eight\nnine,ten\n']]),
    )
    const fitted = await fitSpace(await encode(small, { text: textEncoder() }, { cache: false }), {
      dim: 2,
      method: 'cca',
    })
    const space = join(folder, 'small.space')
    await fitted.save(space)
    mkdirSync(join(folder, 'data'))
    const words = Array.from(
      { length: rows },
      (_, k) => `${k},${k < 200 ? 'train' : 'test'},word${k} of ${k % 10},Wort${k} von ${k % 10}`,
    )
    writeFileSync(join(folder, 'data', 'words.csv'), ['id,split,text.en,text.de', ...words].join('\n'))
    const made = new KillableServer(folder, space)
    const { client, kill } = await made.#start()
    const begun = performance.now()
    await client.fit({ name, table: 'words.csv', dim: made.#dim, method: 'cca' })
    made.#fitMs = performance.now() - begun
    await kill()
    return made
  }

  /** Fits again with one more number a point, and kills. @throws where what stands then is neither old nor new */
  async killWhileFitting(moment: Moment): Promise<Survived> {
    const old = this.#dim
    const { client, kill } = await this.#start()
    await this.#requireWhole(client)
    const before = this.#halfWritten()
    const job = await client.startJob({ kind: 'fit', name, table: 'words.csv', dim: old + 1, method: 'cca' })
    if (moment === 'while writing') {
      const isRunning = async () => (await client.job(job.id)).state === 'running'
      await this.#untilWriting(before, isRunning)
    }
    if (moment === 'at any time') await pause(1.2 * this.#fitMs * Math.random())
    await kill()
    const halfWritten = this.#halfWritten() > before
    const space = await openSpace(this.#spaceFolder)
    const indexes = readdirSync(this.#spaceFolder).filter((file) => file.includes(space.hash.slice(0, 12)))
    const index = await openIndex(new Uint8Array(readFileSync(join(this.#spaceFolder, indexes[0]))), space)
    const [hit] = await index.search({ text: 'word7 of 7' }, { want: 'text.en', k: 1 })
    if (index.count !== 2 * rows || hit === undefined) throw new Error(`the index has ${index.count} items`)
    if (space.dim !== old && space.dim !== old + 1)
      throw new Error(`the space has ${space.dim} numbers a point`)
    this.#dim = space.dim
    await index.close()
    await space.close()
    return { kept: space.dim === old ? 'old' : 'new', halfWritten }
  }

  /** What the kill before left is served whole: every item, every embedding, all of it in one archive. */
  async #requireWhole(client: TongganClient): Promise<void> {
    const { total } = await client.items(name, { count: 1 })
    const embeddings = await client.embeddings(name)
    const archive = await client.downloadArchive(name)
    if (total !== 2 * rows || embeddings.length !== total * this.#dim || archive.size < embeddings.byteLength)
      throw new Error(`served are ${total} items, ${embeddings.length} numbers, ${archive.size} bytes`)
  }

  get #spaceFolder(): string {
    return join(this.#folder, 'data', `${name}.space`)
  }

  /** In a group of its own, so that one signal ends the server and its job at once. */
  async #start(): Promise<{ client: TongganClient; kill: () => Promise<void> }> {
    const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
    const words = [
      'serve',
      this.#space,
      '--data',
      join(this.#folder, 'data'),
      '--port',
      '0',
      '--json',
      '--quiet',
    ]
    const child = spawn(process.execPath, ['--conditions=tonggan-source', main, ...words], {
      detached: true,
      env: { ...process.env, TONGGAN_CACHE: 'off' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(child.stdout, 'data')
    const kill = async () => {
      const ended = once(child, 'exit')
      process.kill(-(child.pid as number), 'SIGKILL')
      await ended
    }
    return { client: new TongganClient(JSON.parse(String(line)).address), kill }
  }

  /** Looks without a pause, since writing takes a few milliseconds; then lets some of them pass. */
  async #untilWriting(before: number, goesOn: () => Promise<boolean>): Promise<void> {
    for (let looks = 1; this.#halfWritten() === before; looks++) {
      if (looks % 1000 === 0 && !(await goesOn())) return
    }
    await pause(60 * Math.random())
  }

  #halfWritten(): number {
    return readdirSync(this.#spaceFolder).filter((file) => file.endsWith('.part')).length
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
