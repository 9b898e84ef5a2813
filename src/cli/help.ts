// The help of the command and of each subcommand, made from what the subcommands say of themselves.

import type { Command, Option } from './command.ts'
import { displayWidth } from './display-width.ts'
import type { Bilingual, Language } from './language.ts'
import { commonOptions } from './parse-arguments.ts'

const about: Bilingual = {
  en: 'One shared space over pictures, words, sound and more: fit it on your own table, then find any sense with any other.',
  zh: '把图像、文字、声音等放进同一个语义空间：用自己的表格训练，再用任何一种感官去找另一种。',
}
const titles = {
  en: {
    usage: 'Usage',
    commands: 'Commands',
    options: 'Options',
    example: 'Example',
    more: 'tonggan <command> --help says more of each.',
  },
  zh: {
    usage: '用法',
    commands: '命令',
    options: '选项',
    example: '示例',
    more: '用 tonggan <命令> --help 查看各命令的详细说明。',
  },
}

/** Help of the whole command. */
export function helpOfAll(commands: readonly Command[], language: Language): string {
  const title = titles[language]
  const lines = commands.map(({ name, parameters, summary }) => [
    `tonggan ${[name, ...parameters.map((parameter) => `<${parameter}>`)].join(' ')}`,
    summary[language],
  ])
  return [
    `tonggan 通感`,
    about[language],
    `${title.commands}:\n${indented(lines)}`,
    `${title.options}:\n${indented([...commonOptions, versionOption].map((option) => optionLine(option, language)))}`,
    title.more,
  ].join('\n\n')
}

const versionOption: Option = {
  name: 'version',
  help: { en: 'print the version', zh: '显示版本' },
}

/** Help of one subcommand. */
export function helpOfCommand(command: Command, language: Language): string {
  const title = titles[language]
  const { name, parameters, options, summary, example } = command
  const usage = ['tonggan', name, ...parameters.map((parameter) => `<${parameter}>`), '[options]'].join(' ')
  const lines = [...options, ...commonOptions].map((option) => optionLine(option, language))
  return [
    summary[language],
    `${title.usage}: ${usage}`,
    `${title.options}:\n${indented(lines)}`,
    `${title.example}:\n  ${example}`,
  ].join('\n\n')
}

function optionLine({ name, short, value, help }: Option, language: Language): string[] {
  const dashes = name.length === 1 ? `-${name}` : `${short ? `-${short}, ` : ''}--${name}`
  return [value === undefined ? dashes : `${dashes} <${value}>`, help[language]]
}

/** Two columns, the first as wide as it must be. */
function indented(lines: readonly (readonly string[])[]): string {
  const width = Math.max(...lines.map(([left]) => displayWidth(left)))
  return lines
    .map(([left, right]) => `  ${left}${' '.repeat(width - displayWidth(left) + 2)}${right}`)
    .join('\n')
}
