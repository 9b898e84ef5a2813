// The public door, for Node and the browser: `import { … } from 'tonggan'`. What only Node can do is in `tonggan/node`.

export { alignModalities, type Modality, normalize } from './math/align-modalities.ts'
export { TongganError } from './spec/errors.ts'
