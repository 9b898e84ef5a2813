// One call of the command: words in, output and exit status out. It knows no process, so that tests can call it.

import { nearestName } from '../dataset/columns.ts'
import type { Problem } from '../spec/dataset.ts'
import { errorTable, TongganError } from '../spec/errors.ts'
import type { Command, Result } from './command.ts'
import { adaptCommand } from './commands/adapt.ts'
import { doctorCommand } from './commands/doctor.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { exportCommand } from './commands/export-space.ts'
import { extendCommand } from './commands/extend.ts'
import { fitCommand } from './commands/fit.ts'
import { indexCommand } from './commands/index-items.ts'
import { searchCommand } from './commands/search.ts'
import { serveCommand } from './commands/serve.ts'
import { transferCommand } from './commands/transfer.ts'
import { ownVersion } from './describe-machine.ts'
import { helpOfAll, helpOfCommand } from './help.ts'
import { type Language, languageOf } from './language.ts'
import { parseArguments } from './parse-arguments.ts'
import { problemsAsJson, problemsAsText } from './problem-summary.ts'
import { ProgressPrinter, type ProgressStream } from './progress-printer.ts'
import { languageOption } from './typed-values.ts'

/** Every subcommand, in the order of the help. */
export const commands: readonly Command[] = [
  fitCommand,
  extendCommand,
  adaptCommand,
  evaluateCommand,
  indexCommand,
  searchCommand,
  transferCommand,
  exportCommand,
  serveCommand,
  doctorCommand,
]

export interface Surroundings {
  readonly stdout: ProgressStream
  readonly stderr: ProgressStream
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** @returns the exit status: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C */
export async function runCommand(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, signal } = surroundings
  // known before the words are understood, since an error in them must be told the right way, too
  const isJson = words.includes('--json')
  const leftOut: Problem[][] = []
  const asJson = (result: object) =>
    JSON.stringify({ ...result, ...(leftOut.length > 0 && { problems: problemsAsJson(leftOut.flat()) }) })
  try {
    const { json, text, exitStatus = 0, ended } = await resultOf(words, surroundings, leftOut)
    stdout.write(`${isJson ? asJson(json) : text}\n`)
    await ended
    return exitStatus
  } catch (error) {
    if (isJson) stdout.write(`${asJson({ error: errorAsJson(error) })}\n`)
    stderr.write(`${errorAsText(error)}\n`)
    return signal.aborted ? 130 : error instanceof TongganError ? errorTable[error.code].exit : 1
  }
}

/** @param leftOut gets what the command reports as left out */
async function resultOf(
  words: readonly string[],
  surroundings: Surroundings,
  leftOut: Problem[][],
): Promise<Result> {
  const { stdout, stderr, environment, signal } = surroundings
  const [name, ...rest] = words
  const command = commands.find((known) => known.name === name)
  if (!command) return withoutCommand(words, languageOf(askedLanguage(words), environment))
  const typed = parseArguments(command, rest)
  const language = languageOf(languageOption(typed), environment)
  if (typed.options.help) {
    const text = helpOfCommand(command, language)
    return { json: { help: text }, text }
  }
  const isSilent = Boolean(typed.options.quiet || typed.options.json)
  const printer = isSilent ? undefined : new ProgressPrinter(stderr, { language })
  const onProblems = (problems: readonly Problem[]) => {
    leftOut.push([...problems])
    if (problems.length === 0 || typed.options.quiet) return
    printer?.finish()
    stderr.write(`${problemsAsText(problems, language)}\n`)
  }
  const width = (stdout.isTTY && stdout.columns) || undefined
  const log = typed.options.quiet ? undefined : (line: string) => void stderr.write(`${line}\n`)
  const context = { language, width, signal, environment, log, onProblems }
  try {
    return await command.run(typed, { ...context, onProgress: printer?.report })
  } finally {
    printer?.finish()
  }
}

async function withoutCommand(words: readonly string[], language: Language): Promise<Result> {
  const [name] = words
  if (words.includes('--version')) {
    const version = await ownVersion()
    return { json: { version }, text: version }
  }
  if (name === undefined || name === 'help' || words.includes('--help') || words.includes('-h')) {
    const asked = commands.find((command) => command.name === words[1])
    const text = name === 'help' && asked ? helpOfCommand(asked, language) : helpOfAll(commands, language)
    return { json: { help: text }, text }
  }
  const names = commands.map((command) => command.name)
  throw new TongganError('wrong-usage', {
    operation: 'tonggan',
    expected: `a command (${names.join(', ')})`,
    received: name,
    remedy: `did you mean \`tonggan ${nearestName(name, names)}\`? See \`tonggan --help\``,
  })
}

function askedLanguage(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  return at < 0 ? undefined : (words[at].split('=')[1] ?? words[at + 1])
}

function errorAsJson(error: unknown): Record<string, unknown> {
  if (!(error instanceof TongganError)) return { code: 'unexpected', message: String(error) }
  const { operation, expected, received, remedy, path, row } = error.facts
  return { code: error.code, message: error.message, operation, expected, received, remedy, path, row }
}

/** A mistake of ours, not of the person, shows where it happened. */
function errorAsText(error: unknown): string {
  if (error instanceof TongganError) return error.message.replace(/^(?!tonggan\b)/, 'tonggan: ')
  return `tonggan: unexpected: ${error instanceof Error ? error.stack : String(error)}`
}
