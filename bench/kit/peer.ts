// Another implementation of the same work, in Python, asked in turn with ours within one run: a process that reads one
// JSON object a line and answers one a line. Matrices go through files of raw float32 in a folder of the run's own.
// Where Python or a module is missing, `open` says which, and the table says so in the peer's place.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Matrix } from '../../src/math/matrix.ts'

export const requirements = join(import.meta.dirname, 'peers', 'requirements.txt')

export interface MissingPeer {
  /** Why it is not there. */
  readonly missing: string
}

export class Peer {
  /** Name and version of each module, as Python gives them. */
  readonly versions: Readonly<Record<string, string>>
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>
  readonly #lines: Interface
  readonly #folder: string
  #files = 0

  private constructor(process: ChildProcess, versions: Record<string, string>) {
    this.versions = versions
    this.#process = process
    this.#lines = createInterface({ input: process.stdout! })
    this.#answers = this.#lines[Symbol.asyncIterator]()
    this.#folder = mkdtempSync(join(tmpdir(), 'tonggan-peer-'))
  }

  /** @param script a file of `peers/`  @param modules what it imports */
  static open(script: string, modules: readonly string[]): Peer | MissingPeer {
    const imports = modules.map((name) => `import ${name}`).join('\n')
    const listed = modules.map((name) => `"${name}": ${name}.__version__`).join(', ')
    const probe = spawnSync('python3', ['-c', `import json\n${imports}\nprint(json.dumps({${listed}}))`], {
      encoding: 'utf8',
    })
    if (probe.status !== 0) return { missing: probe.stderr?.trim().split('\n').at(-1) || 'no python3' }
    const child = spawn('python3', [join(import.meta.dirname, 'peers', script)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return new Peer(child, JSON.parse(probe.stdout) as Record<string, string>)
  }

  async ask<Answer>(request: Record<string, unknown>): Promise<Answer> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.#answers.next()
    if (done) throw new Error(`the peer ended while asked ${JSON.stringify(request).slice(0, 80)}`)
    return JSON.parse(value) as Answer
  }

  /** Writes a matrix for the peer to read: `numpy.fromfile(path, 'float32').reshape(rows, cols)`. */
  give({ rows, cols, data }: Matrix): { path: string; rows: number; cols: number } {
    const path = this.path()
    writeFileSync(path, data)
    return { path, rows, cols }
  }

  /** A file that nobody has written yet. */
  path(): string {
    return join(this.#folder, `${this.#files++}.f32`)
  }

  close(): void {
    this.#process.stdin!.end()
    this.#lines.close()
    this.#process.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
