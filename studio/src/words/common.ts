// Words that more than one page says: senses, pages, runtimes, splits.

import type { ModalityName, ViewName } from 'tonggan'
import { dictionary } from './language.ts'

const english = {
  senses: {
    text: 'text',
    image: 'image',
    audio: 'audio',
    video: 'video',
    motion: 'motion',
    code: 'code',
  } satisfies Record<ModalityName, string>,
  /** Things of a sense, counted. */
  things: {
    text: 'names',
    image: 'pictures',
    audio: 'sounds',
    video: 'videos',
    motion: 'motions',
    code: 'pieces of code',
  } satisfies Record<ModalityName, string>,
  splits: { train: 'training', val: 'validation', test: 'test' },
  chance: 'chance',
  close: 'close',
  cancel: 'cancel',
  sharedSpace: 'shared semantic space',
  nothingOpen: 'no space is open',
  /** Digits in groups: 3,046. */
  count: (n: number) => n.toLocaleString('en'),
}

const chinese: typeof english = {
  senses: { text: '文字', image: '图像', audio: '声音', video: '视频', motion: '动作', code: '代码' },
  things: {
    text: '条文字',
    image: '张图像',
    audio: '段声音',
    video: '段视频',
    motion: '段动作',
    code: '段代码',
  },
  splits: { train: '训练', val: '验证', test: '测试' },
  chance: '随机',
  close: '关闭',
  cancel: '取消',
  sharedSpace: '共享语义空间',
  nothingOpen: '尚未打开空间',
  count: (n) => n.toLocaleString('zh-CN'),
}

export const common = dictionary({ en: english, zh: chinese })

/** `text.zh` → `text · zh`, `文字 · zh`: the sense by its word, the view's own part as the table has it. */
export function nameOfView(view: ViewName): string {
  const [sense, ...own] = view.split('.')
  return [common().senses[sense as ModalityName] ?? sense, ...own].join(' · ')
}
