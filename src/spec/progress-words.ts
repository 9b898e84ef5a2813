// What the library says of its progress, in the words of each language. The library speaks English; what is not known
// here is shown as it came.

import type { Language } from './language.ts'
import type { Progress } from './progress.ts'

const chinese: Readonly<Record<string, string>> = {
  // stages, or what they begin with where a view follows
  'read table': '读取表格',
  download: '下载',
  encode: '编码',
  embed: '嵌入',
  narrow: '降维',
  'closed form': '闭式求解',
  words: '词语部分',
  blend: '方法组合',
  adapt: '调整',
  fit: '训练',
  refit: '用全部数据重新训练',
  evaluate: '评估',
  judge: '评判',
  // units
  rows: '行',
  items: '项',
  senses: '种感官',
  candidates: '个候选',
  epochs: '轮',
  pairs: '对',
  folds: '折',
  bytes: '字节',
  // facts
  loss: '损失',
  score: '得分',
  best: '最佳',
  reused: '复用',
}

/** The same progress in the words of `language`. `encode image.photo` → `编码 image.photo` */
export function progressIn(language: Language, progress: Progress): Progress {
  if (language === 'en') return progress
  const { stage, unit, facts = {} } = progress
  const [verb, ...view] = stage.split(' ')
  const word = (name: string) => chinese[name] ?? name
  return {
    ...progress,
    stage: chinese[stage] ?? [word(verb), ...view].join(' '),
    unit: word(unit),
    facts: Object.fromEntries(Object.entries(facts).map(([name, fact]) => [word(name), fact])),
  }
}
