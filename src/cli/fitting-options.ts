// Options that every command that fits takes, in the words of both languages.

import { positiveKinds, resolveFitOptions } from '../space/fit/fit-options.ts'
import type { Option } from './command.ts'

const defaults = resolveFitOptions({})

export const positivesOption: Option = {
  name: 'positives',
  value: positiveKinds.join('|'),
  help: {
    en: `what means the same: one thing, or also one label (default: ${defaults.positives})`,
    zh: `何为同义：同一事物，或同一标签（默认：${defaults.positives}）`,
  },
}

export const epochsOption: Option = {
  name: 'epochs',
  value: 'number',
  help: {
    en: `the most epochs to train (default: ${defaults.epochs})`,
    zh: `最多训练轮数（默认：${defaults.epochs}）`,
  },
}

export const seedOption: Option = {
  name: 'seed',
  value: 'number',
  help: {
    en: `the same seed gives the same space (default: ${defaults.seed})`,
    zh: `相同的种子得到相同的空间（默认：${defaults.seed}）`,
  },
}
