// `tonggan doctor`: what this machine can run, and the remedy for what it cannot.

import type { Command } from '../command.ts'
import { describeMachine, type MachinePart } from '../describe-machine.ts'
import { plainLine } from '../display-width.ts'

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
    const lines = machine.parts.map((part) => lineOf(part))
    const verdict =
      language === 'zh'
        ? canCompute
          ? '可以编码、训练和检索。'
          : '没有可用的计算引擎，见上面的解决办法。'
        : canCompute
          ? 'It can encode, fit and search.'
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

function lineOf({ name, available, detail, remedy }: MachinePart): string {
  const facts = plainLine([detail, !available && remedy].filter(Boolean).join('; '))
  return `  ${available ? '✓' : '✗'} ${name}${facts && `: ${facts}`}`
}
