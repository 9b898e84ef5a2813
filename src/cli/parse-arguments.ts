// From what was typed to a command and its values. Node's own parser does the splitting: it is strict, and adds
// nothing to what users install; the help is ours in any case, since it speaks two languages.

import { parseArgs } from 'node:util'
import { nearestName } from '../dataset/columns.ts'
import { TongganError } from '../spec/errors.ts'
import type { Command, Option, Typed } from './command.ts'

/** Options of every command. */
export const commonOptions: readonly Option[] = [
  {
    name: 'json',
    help: {
      en: 'print one JSON object, and nothing else, to standard output',
      zh: '只向标准输出打印一个 JSON 对象',
    },
  },
  { name: 'quiet', short: 'q', help: { en: 'no progress and no notes', zh: '不显示进度和提示' } },
  { name: 'lang', value: 'en|zh', help: { en: 'language of this command', zh: '命令所用的语言' } },
  { name: 'help', short: 'h', help: { en: 'show this help', zh: '显示帮助' } },
]

/** @throws TongganError `wrong-usage` that names what was not understood */
export function parseArguments(command: Command, words: readonly string[]): Typed {
  const known = [...command.options, ...commonOptions]
  const { parameters, options } = split(command, known, words)
  if (!options.help) checkParameters(command, parameters)
  return { parameters, options }
}

function split(command: Command, known: readonly Option[], words: readonly string[]): Typed {
  const options = known.map(({ name, short, value, repeated }) => [
    name,
    {
      type: value === undefined ? ('boolean' as const) : ('string' as const),
      multiple: repeated ?? false,
      ...(short !== undefined && { short }),
    },
  ])
  try {
    const parsed = parseArgs({
      args: [...words],
      options: Object.fromEntries(options),
      allowPositionals: true,
    })
    return { parameters: parsed.positionals, options: { ...parsed.values } as Typed['options'] }
  } catch (cause) {
    throw notUnderstood(command, known, cause as Error & { code?: string })
  }
}

function notUnderstood(
  command: Command,
  known: readonly Option[],
  cause: Error & { code?: string },
): TongganError {
  const operation = `tonggan ${command.name}`
  const unknown = /^Unknown option '(-{1,2})([^']+)'/.exec(cause.message)
  const help = `see \`tonggan ${command.name} --help\``
  if (!unknown) {
    return new TongganError('wrong-usage', { operation, received: cause.message, remedy: help, cause })
  }
  const nearest = nearestName(
    unknown[2],
    known.map(({ name }) => name),
  )
  return new TongganError('wrong-usage', {
    operation,
    expected: 'one of its options',
    received: unknown[1] + unknown[2],
    remedy: `did you mean --${nearest}? ${help}`,
    cause,
  })
}

function checkParameters({ name, parameters }: Command, typed: readonly string[]): void {
  const most = parameters.at(-1)?.endsWith('…') ? Number.POSITIVE_INFINITY : parameters.length
  if (typed.length >= parameters.length && typed.length <= most) return
  throw new TongganError('wrong-usage', {
    operation: `tonggan ${name}`,
    expected: parameters.map((parameter) => `<${parameter}>`).join(' ') || 'no words after it',
    received: typed.join(' ') || 'nothing',
    remedy: `see \`tonggan ${name} --help\``,
  })
}
