// `tonggan doctor`: what this machine can run, and the remedy for what it cannot.

import { checkEncoder, type EncoderCheck, type ServiceCheck } from '../../modalities/check-encoder.ts'
import { presetOf, presets } from '../../modalities/hub/presets.ts'
import type { Command } from '../command.ts'
import { describeMachine, type MachinePart } from '../describe-machine.ts'
import { plainLine } from '../display-width.ts'
import { parseEncoderOption } from '../encoder-option.ts'
import type { Language } from '../language.ts'
import { formatSeconds } from '../progress-printer.ts'
import { Stopwatch } from '../stopwatch.ts'
import { repeatedOption, wrongOption } from '../typed-values.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  parameters: [],
  summary: {
    en: 'Say what this machine can run, and the remedy for what it cannot.',
    zh: '检查本机能运行什么，以及不能运行时的解决办法。',
  },
  options: [
    {
      name: 'encoder',
      value: '[sense=]name[:key=value,…]',
      repeated: true,
      help: {
        en: 'also try an encoder of text, image or audio on three golden items, e.g. clip or text=minilm:dtype=q8,device=webgpu; of a service (text) only whether it answers',
        zh: '另用三个标准条目检验文字、图像或声音的编码器，如 clip 或 text=minilm:dtype=q8,device=webgpu；对服务（文字）只看是否应答',
      },
    },
  ],
  example: 'tonggan doctor --encoder clip:dtype=q8',
  async run(typed, context) {
    const { language } = context
    const asked = (repeatedOption(typed, 'encoder') ?? []).flatMap(askedEncoders)
    const machine = await describeMachine()
    const checks: (EncoderCheck & { seconds: number })[] = []
    for (const { modality, id, parameters } of asked) {
      const watch = new Stopwatch()
      const check = await checkEncoder(modality, { id, parameters }, context)
      watch.lap('try')
      checks.push({ ...check, seconds: watch.seconds.try })
    }
    const canCompute = machine.parts.some(({ kind, available }) => kind === 'engine' && available)
    const lines = [
      ...machine.parts.map((part) => lineOf(part, language)),
      ...checks.map((check) => lineOfCheck(check, language)),
    ]
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
      json: { ...machine, ...(checks.length > 0 && { encoders: checks }) },
      text: [`tonggan ${machine.version}, Node ${machine.node}, ${machine.system}`, ...lines, verdict].join(
        '\n',
      ),
      exitStatus: canCompute && checks.every(isGood) ? 0 : 1,
    }
  },
}

/** `clip` asks for every sense of the preset, `image=clip` for one. */
function askedEncoders(text: string): Omit<ReturnType<typeof parseEncoderOption>, 'sense'>[] {
  const [name] = text.split(':')
  if (name.includes('=')) return [parseEncoderOption(text)]
  const senses = name === 'builtin' ? (['text', 'image', 'audio'] as const) : presetOf(name)?.modalities
  if (!senses)
    throw wrongOption('encoder', `builtin, ${Object.keys(presets).join(', ')}, or SENSE=NAME`, name)
  return senses.map((sense) => parseEncoderOption(`${sense}=${text}`))
}

function isGood(check: EncoderCheck): boolean {
  return 'answers' in check ? check.answers : check.agrees
}

function lineOfCheck(check: EncoderCheck & { seconds: number }, language: Language): string {
  if ('answers' in check) return lineOfService(check, language)
  const { agrees, encoder, modality, reference, cosines, least } = check
  const smallest = Math.min(...cosines).toFixed(5)
  const [verdict, facts] =
    language === 'zh'
      ? [agrees ? '一致' : '不一致，请换用其他 dtype 或 device', `最小余弦 ${smallest}，至少应为 ${least}`]
      : [
          agrees ? 'agrees' : 'does not agree: choose another dtype or device',
          `smallest cosine ${smallest}, at least ${least} expected`,
        ]
  return `  ${agrees ? '✓' : '✗'} ${modality} ${encoder} ↔ ${reference}: ${verdict} (${facts})`
}

function lineOfService(
  { answers, encoder, modality, featureDim, seconds }: ServiceCheck & { seconds: number },
  language: Language,
): string {
  const time = formatSeconds(seconds)
  const [verdict, facts] =
    language === 'zh'
      ? [answers ? '有应答' : '未能处理三段标准文字中的每一段', `每段 ${featureDim} 个数，用时 ${time}`]
      : [
          answers ? 'answers' : 'does not take all three golden texts',
          `${featureDim} numbers a text, ${time}`,
        ]
  return `  ${answers ? '✓' : '✗'} ${modality} ${encoder}: ${verdict} (${facts})`
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
    'pretrained encoders': '预训练编码器',
    'features kept between runs': '跨次保留的特征',
  }
  return names[name] ?? name.replace(/^encode /, '编码 ')
}
