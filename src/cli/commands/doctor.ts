// `tonggan doctor`: what this machine can run, and the remedy for what it cannot.

import type { Command } from '../command.ts'
import { describeMachine, type MachinePart } from '../describe-machine.ts'
import { plainLine } from '../display-width.ts'
import type { Language } from '../language.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  parameters: [],
  summary: {
    en: 'Say what this machine can run, and the remedy for what it cannot.',
    zh: '检查本机能运行什么，以及不能运行时的解决办法。',
  },
  options: [],
  example: 'tonggan doctor',
  async run(_, { language }) {
    const machine = await describeMachine()
    const canCompute = machine.parts.some(({ kind, available }) => kind === 'engine' && available)
    const lines = machine.parts.map((part) => lineOf(part, language))
    const isWhole = machine.parts.every(({ kind, available }) => kind !== 'decoder' || available)
    const verdict =
      language === 'zh'
        ? canCompute
          ? isWhole
            ? '可以编码、训练和检索。'
            : '可以编码、训练和检索，标 ✗ 的除外。'
          : '没有可用的计算引擎，见上面的解决办法。'
        : canCompute
          ? isWhole
            ? 'It can encode, fit and search.'
            : 'It can encode, fit and search, all but what ✗ marks.'
          : 'No engine can run here; see the remedies above.'
    return {
      json: { ...machine },
      text: [`tonggan ${machine.version}, Node ${machine.node}, ${machine.system}`, ...lines, verdict].join(
        '\n',
      ),
      exitStatus: canCompute ? 0 : 1,
    }
  },
}

function lineOf({ name, available, detail, remedy }: MachinePart, language: Language): string {
  const facts = plainLine([detail, !available && remedy].filter(Boolean).join('; '))
  const said = language === 'zh' ? chineseName(name) : name
  return `  ${available ? '✓' : '✗'} ${said}${facts && `: ${facts}`}`
}

/** `encode image` → `编码 image`; engines keep their names. */
function chineseName(name: string): string {
  const names: Record<string, string> = {
    pictures: '图像解码',
    sounds: '声音解码',
    'features kept between runs': '跨次保留的特征',
  }
  return names[name] ?? name.replace(/^encode /, '编码 ')
}
