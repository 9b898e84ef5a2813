// What is typed, and in which language it is answered.

import { describe, expect, it } from 'vitest'
import { openDataset } from '../dataset/open-dataset.ts'
import { encodersFor } from '../modalities/encoders-for.ts'
import { makeEncoder } from '../modalities/registry.ts'
import type { Command } from './command.ts'
import { parseEncoderOption } from './encoder-option.ts'
import { helpOfAll, helpOfCommand } from './help.ts'
import { languageOf } from './language.ts'
import { parseArguments } from './parse-arguments.ts'
import { commands } from './run-command.ts'
import { namesOption, textOption, wholeOption } from './typed-values.ts'

const command: Command = {
  name: 'weigh',
  parameters: ['cat', 'files…'],
  summary: { en: 'Weigh a cat.', zh: '给猫称重。' },
  options: [
    { name: 'k', short: 'k', value: 'number', help: { en: 'how often', zh: '次数' } },
    { name: 'senses', value: 'names', repeated: true, help: { en: 'which', zh: '哪些' } },
    { name: 'no-trunk', help: { en: 'without', zh: '不用' } },
  ],
  example: 'tonggan weigh tom a.png',
  run: () => Promise.reject(new Error('not asked for in this test')),
}
const parse = (...words: string[]) => parseArguments(command, words)

describe('parseArguments', () => {
  it('takes options anywhere, short or long, and repeated ones together', () => {
    const typed = parse(
      'tom',
      '-k',
      '5',
      '--senses',
      'image, text.en',
      'a.png',
      '--senses=audio',
      '--no-trunk',
      'b.png',
    )
    expect(typed.parameters).toEqual(['tom', 'a.png', 'b.png'])
    expect(wholeOption(typed, 'k', 1)).toBe(5)
    expect(namesOption(typed, 'senses')).toEqual(['image', 'text.en', 'audio'])
    expect(typed.options).toMatchObject({ 'no-trunk': true })
  })

  it.each([
    [['tom'], 'tonggan weigh: expected <cat> <files…>, received tom; see `tonggan weigh --help`'],
    [['tom', 'a', '--sense', 'x'], 'received --sense; did you mean --senses?'],
    [['tom', 'a', '-x'], 'received -x'],
    [['tom', 'a', '-k'], "'-k, --k <value>' argument missing"],
    [['tom', 'a', '--no-trunk=yes'], "'--no-trunk' does not take an argument"],
  ])('refuses %j', (words, message) => {
    expect(() => parse(...words)).toThrow(
      expect.objectContaining({ code: 'wrong-usage', message: expect.stringContaining(message) }),
    )
  })

  it('refuses values that an option cannot have', () => {
    for (const text of ['0', '1.5', 'many', '1e99']) {
      expect(() => wholeOption(parse('tom', 'a', `-k${text}`), 'k', 1)).toThrow(
        `-k: expected a whole number of 1 or more, received ${text}`,
      )
    }
    expect(() => textOption(parse('tom', 'a', '-k', ' '), 'k')).toThrow('received nothing')
    expect(() => namesOption(parse('tom', 'a', '--senses', 'a,,b'), 'senses')).toThrow(
      'received an empty one',
    )
  })
})

describe('languageOf', () => {
  it.each([
    ['zh', {}, 'zh'],
    ['en', { LANG: 'zh_CN.UTF-8' }, 'en'],
    [undefined, { LANG: 'zh_CN.UTF-8' }, 'zh'],
    [undefined, { LANG: 'zh_TW', LC_ALL: 'C' }, 'en'],
    [undefined, { LC_ALL: 'zh_CN.UTF-8', LANG: 'en_GB.UTF-8' }, 'zh'],
    [undefined, { LC_MESSAGES: 'zh_SG' }, 'zh'],
    [undefined, { LANG: 'de_DE.UTF-8' }, 'en'],
    [undefined, {}, 'en'],
  ] as const)('%s in %o: %s', (asked, environment, language) => {
    expect(languageOf(asked, environment)).toBe(language)
  })
})

describe('help', () => {
  it('says everything in both languages', () => {
    for (const { name, options, summary } of commands) {
      for (const { en, zh } of [summary, ...options.map(({ help }) => help)]) {
        expect(en, name).toMatch(/^[\x20-\x7e]+$/)
        expect(zh, name).toMatch(/\p{Script=Han}/u)
      }
    }
  })

  it('leaves no English to fill in to those who read Chinese', () => {
    const typedAsTheyStand = [/^<[a-z-]+(\|[a-z-]+)+>$/]
    for (const own of commands) {
      const given = helpOfCommand(own, 'zh').match(/<[^>]+>|\[options\]/g) ?? []
      for (const word of given) {
        if (!typedAsTheyStand.some((pattern) => pattern.test(word)))
          expect(word, own.name).toMatch(/\p{Script=Han}/u)
      }
    }
  })

  it('names every command and every option', () => {
    for (const language of ['en', 'zh'] as const) {
      const all = helpOfAll(commands, language)
      for (const { name } of commands) expect(all).toContain(`tonggan ${name}`)
      for (const own of commands) {
        const help = helpOfCommand(own, language)
        for (const { name } of own.options) expect(help).toMatch(new RegExp(`^ +.*--?${name}\\b`, 'm'))
        expect(own.example).toMatch(new RegExp(`^tonggan ${own.name}\\b`))
      }
    }
  })
})

describe('--encoder', () => {
  const made = async (text: string) => {
    const { modality, ...asked } = parseEncoderOption(text)
    return makeEncoder(modality, asked)
  }

  it('makes an encoder of a name and parameters', async () => {
    expect(parseEncoderOption('text.zh=builtin:columns=4096').sense).toBe('text.zh')
    expect(await made('text.zh=builtin:columns=4096')).toMatchObject({
      id: 'builtin/text',
      parameters: { columns: 4096 },
      featureDim: 4096,
    })
    expect((await made('text=builtin/text')).parameters).toEqual({ columns: 8192 })
    expect(parseEncoderOption('text=hub:model=./a/b,dtype=q8')).toEqual({
      sense: 'text',
      modality: 'text',
      id: 'hub',
      parameters: { model: './a/b', dtype: 'q8' },
    })
  })

  it.each([
    ['text', 'expected SENSE=NAME or SENSE=NAME:KEY=VALUE,…, received text'],
    ['smell=builtin', 'received smell=builtin'],
    [
      'text=klip',
      'expected builtin, clip, siglip, chinese-clip, clap, minilm, bge-en, bge-zh, e5, received klip',
    ],
    ['text=dino', 'expected a preset for text: clip, '],
    ['text=minilm:dtype=fp8', 'expected dtype: fp32, fp16, q8, '],
    ['text=minilm:colour=1', 'expected option: '],
    ['text=builtin:columns', 'expected KEY=VALUE after the colon, received columns'],
    ['text=builtin:columns=7', 'received 7'],
    ['text=builtin:rows=7', 'expected parameters columns, received rows'],
    ['video=clip', 'expected modality: text, image, audio, received video'],
    ['video=builtin/image', 'expected builtin, received builtin/image'],
  ])('refuses %s', async (text, message) => {
    await expect(made(text)).rejects.toThrow(
      expect.objectContaining({ code: 'wrong-usage', message: expect.stringContaining(message) }),
    )
  })

  const choice = (senses: string[] | undefined, ...asked: string[]) => ({
    senses,
    asked: asked.map(parseEncoderOption),
    operation: '--encoder',
  })

  it('is the built-in one where none was asked for', async () => {
    const dataset = await openDataset(new Map([['items.csv', 'text.en,text.zh,video\ncat,猫,cat.mp4\n']]))
    const { encoders, problems } = await encodersFor(
      dataset,
      choice(undefined, 'text.zh=builtin:columns=256'),
    )
    expect(encoders['text.zh']?.featureDim).toBe(256)
    expect(encoders.text?.featureDim).toBe(8192)
    expect(encoders.video?.id).toBe('builtin/video')
    expect(problems).toEqual([])
    expect(Object.keys((await encodersFor(dataset, choice(['text']))).encoders)).toEqual(['text'])
    await expect(encodersFor(dataset, choice(undefined, 'text.fr=builtin'))).rejects.toThrow(
      '--encoder: expected a sense of',
    )
  })

  it('comes with a sense for the sound of videos, where it is wanted', async () => {
    const dataset = await openDataset(new Map([['items.csv', 'text,video\ncat,cat.mp4\n']]))
    const sensesOf = async (senses?: string[], ...asked: string[]) =>
      Object.keys((await encodersFor(dataset, choice(senses, ...asked))).encoders).sort()
    expect(await sensesOf()).toEqual(['audio', 'text', 'video'])
    expect(await sensesOf(['text', 'video'])).toEqual(['text', 'video'])
    expect(await sensesOf(['text', 'audio'])).toEqual(['audio', 'text', 'video'])
    const { encoders } = await encodersFor(dataset, choice(undefined, 'audio=builtin:timeBins=4'))
    expect(Object.keys(encoders).sort()).toEqual(['audio', 'text', 'video'])
    expect(encoders.audio.parameters).toMatchObject({ timeBins: 4 })
    await expect(sensesOf(undefined, 'image=builtin')).rejects.toThrow(
      'expected a sense of files in memory (text, video, audio)',
    )
  })
})
