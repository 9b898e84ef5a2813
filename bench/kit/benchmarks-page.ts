// docs/benchmarks.md: what each measurement printed, under what its page says of itself, with machine, date and duration.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const path = join(root, 'docs', 'benchmarks.md')

const opening = `# Benchmarks

What pages of \`bench/\` print, as they printed it: \`npm run bench -- --write WORD\` measures those whose name holds the word
and writes this page; without a word all of them, in many hours. What is not here (scale, calibration, adapting, large batches,
mending, search) stands in the DESIGN.md of its room. Speed is given as ratios within one run wherever there is
something to compare with, since machines differ and are shared. Python's libraries take part where they are installed:
\`python3 -m pip install -r bench/kit/peers/requirements.txt\`; one that is missing is said in its place. Tables of real data
are not part of the project; what they are stands with them, in \`../shared/data\`.
`

export class BenchmarksPage {
  /** Name of the measurement → its section. */
  readonly #sections: Map<string, string>

  private constructor(sections: Map<string, string>) {
    this.#sections = sections
  }

  static open(): BenchmarksPage {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const sections = text.split(/^(?=## )/m).slice(1)
    return new BenchmarksPage(new Map(sections.map((section) => [nameOf(section), section])))
  }

  /** Puts what was printed into its section and writes the page. */
  put(name: string, printed: string, seconds: number): void {
    this.#sections.set(name, sectionOf(name, printed, seconds))
    const sorted = [...this.#sections].sort(([a], [b]) => (a < b ? -1 : 1))
    const body = sorted.map(([, section]) => `${section.trimEnd()}\n`).join('\n')
    writeFileSync(path, `${opening}\n${body}`)
  }
}

function nameOf(section: string): string {
  return /`bench\/([\w-]+\.ts)`/.exec(section)?.[1] ?? ''
}

function sectionOf(name: string, printed: string, seconds: number): string {
  const title = name.replace('.ts', '').replaceAll('-', ' ')
  const text = printed.trim()
  const isTable = /^\|/m.test(text)
  const [date] = new Date().toISOString().split('T')
  const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`
  return `## ${title[0].toUpperCase()}${title.slice(1)}

${aboutOf(name)}

${isTable ? text : `\`\`\`text\n${text}\n\`\`\``}

\`bench/${name}\`, ${date}, ${machine}, Node ${process.versions.node}, ${Math.round(seconds)} s.
`
}

/** What a page says of itself: the comment that it opens with, up to its command. */
function aboutOf(name: string): string {
  const lines = readFileSync(join(root, 'bench', name), 'utf8').split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//') || /^\/\/ {3}\s*node /.test(line))
  const comment = lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, ''))
  return comment.join('\n').trim()
}
