// The public door to pretrained encoders: `import { … } from 'tonggan/hub'`.

export { hubEncoder } from './modalities/hub/hub-encoder.ts'
export type { HubDevice, HubDtype, HubEncoderOptions } from './modalities/hub/hub-options.ts'
export { type Preset, type PresetName, presets } from './modalities/hub/presets.ts'
