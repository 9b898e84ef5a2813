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
    usage: 'Usage: ',
    commands: 'Commands:',
    options: 'Options:',
    example: 'Example:',
    anyOptions: '[options]',
    more: 'tonggan <command> --help says more of each.',
  },
  zh: {
    usage: '用法：',
    commands: '命令：',
    options: '选项：',
    example: '示例：',
    anyOptions: '[选项]',
    more: '用 tonggan <命令> --help 查看各命令的详细说明。',
  },
}

/** What stands for a value, in Chinese; values that are typed as they stand (`thing|label`) are in no language. */
const chinesePlaceholders: Readonly<Record<string, string>> = {
  table: '表格',
  space: '空间',
  index: '索引',
  'table or files…': '表格或文件…',
  folder: '文件夹',
  name: '名称',
  address: '地址',
  secret: '令牌',
  file: '文件',
  names: '名称',
  number: '数字',
  words: '文字',
  label: '标签',
  sense: '感官',
  numbers: '数字,…',
  share: '比例',
  'names.json': '名称.json',
  'classifier.json': '分类器.json',
  'page.html': '网页.html',
  'sense=name[:key=value,…]': '感官=名称[:参数=值,…]',
  '[sense=]name[:key=value,…]': '[感官=]名称[:参数=值,…]',
}

/** `<table>`, `<表格>` */
function placeholder(name: string, language: Language): string {
  return `<${language === 'zh' ? (chinesePlaceholders[name] ?? name) : name}>`
}

/** Help of the whole command. */
export function helpOfAll(commands: readonly Command[], language: Language): string {
  const title = titles[language]
  const lines = commands.map(({ name, parameters, summary }) => [
    ['tonggan', name, ...parameters.map((parameter) => placeholder(parameter, language))].join(' '),
    summary[language],
  ])
  return [
    `tonggan 通感`,
    about[language],
    `${title.commands}\n${indented(lines)}`,
    `${title.options}\n${indented([...commonOptions, versionOption].map((option) => optionLine(option, language)))}`,
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
  const words = parameters.map((parameter) => placeholder(parameter, language))
  const usage = ['tonggan', name, ...words, title.anyOptions].join(' ')
  const lines = [...options, ...commonOptions].map((option) => optionLine(option, language))
  return [
    summary[language],
    `${title.usage}${usage}`,
    `${title.options}\n${indented(lines)}`,
    `${title.example}\n  ${example}`,
  ].join('\n\n')
}

function optionLine({ name, short, value, help }: Option, language: Language): string[] {
  const dashes = name.length === 1 ? `-${name}` : `${short ? `-${short}, ` : ''}--${name}`
  return [value === undefined ? dashes : `${dashes} ${placeholder(value, language)}`, help[language]]
}

/** Two columns, the first as wide as it must be. */
function indented(lines: readonly (readonly string[])[]): string {
  const width = Math.max(...lines.map(([left]) => displayWidth(left)))
  return lines
    .map(([left, right]) => `  ${left}${' '.repeat(width - displayWidth(left) + 2)}${right}`)
    .join('\n')
}
