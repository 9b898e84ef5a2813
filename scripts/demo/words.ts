// What the demo says around its tables, in both languages.

import type { Language } from '../../src/cli/language.ts'

export interface WorldCounts {
  readonly things: number
  readonly spoken: number
  readonly voices: number
  readonly unseen: number
  readonly strangers: number
}

/** With separators: 1,595. */
function count(value: number): string {
  return value.toLocaleString('en')
}

interface Words {
  readonly title: string
  readonly sources: string
  readonly stopped: string
  world(counts: WorldCounts): string
  fitted(dim: number, duration: string): string
  left(items: number, duration: string): string
  serving(address: string, items: number): string
}

const search = 'npx tonggan search .demo/emoji.index --text'

const en: Words = {
  title: '\nTonggan: the emoji world\n',
  sources: `Made of npm packages that only this demo needs, for development:
  pictures  Twemoji (@twemoji/svg), © Twitter and other contributors, CC BY 4.0; drawn by @resvg/resvg-js, MPL-2.0
  names     emojibase-data, MIT
  speech    text2wav, MIT, with espeak-ng inside, GPL-3
`,
  stopped: '\nStopped. What was made is kept; `npm run demo` goes on from there.',
  world: ({ things, spoken, voices, unseen, strangers }) => `
${count(things)} things: pictures, English names, Chinese names; ${count(spoken)} are spoken, by ${voices} voices
Never trained on: ${unseen} things and ${strangers} voices
`,
  fitted: (dim, duration) => `
One space of ${dim} numbers over picture, English, Chinese and speech, fitted in ${duration}
`,
  left: (items, duration) => `
Left in .demo/: the space, and an index of ${count(items)} pictures, names and spoken names. Ask it yourself:

  ${search} "birthday"
  ${search} "生日" --want image

or in the studio: npm run demo -- --serve

Done in ${duration}.`,
  serving: (address, items) => `
The studio, on ${count(items)} pictures, names and spoken names: ${address}
Ctrl-C stops it.`,
}

const zh: Words = {
  title: '\n通感：表情世界\n',
  sources: `取材于仅供演示、只在开发时安装的 npm 包：
  图画  Twemoji（@twemoji/svg），© Twitter 及其他贡献者，CC BY 4.0；由 @resvg/resvg-js 绘制，MPL-2.0
  名称  emojibase-data，MIT
  语音  text2wav，MIT，内含 espeak-ng，GPL-3
`,
  stopped: '\n已停止。做好的都留着；再次运行 `npm run demo` 会接着做。',
  world: ({ things, spoken, voices, unseen, strangers }) => `
${count(things)} 个事物：图画、英文名、中文名；其中 ${count(spoken)} 个有语音，出自 ${voices} 种嗓音
从未用于训练：${unseen} 个事物、${strangers} 种嗓音
`,
  fitted: (dim, duration) => `
图画、英文、中文与语音共享一个 ${dim} 维空间，训练用时 ${duration}
`,
  left: (items, duration) => `
.demo/ 里留有这个空间，以及 ${count(items)} 个图画、名称与语音的索引。你也来问：

  ${search} "生日"
  ${search} "birthday" --want image

也可以打开工作室：npm run demo -- --serve

完成，共用时 ${duration}。`,
  serving: (address, items) => `
工作室已打开，可检索 ${count(items)} 个图画、名称与语音：${address}
按 Ctrl-C 停止。`,
}

export const words: Readonly<Record<Language, Words>> = { en, zh }
