// The essay's small program: an image and a text of one cat, each normalised to sum 1, meet in one aligned point.
// Run it: npx node --conditions=tonggan-source examples/essay.ts
// It prints [0.613, 0.274, 0.113].

import { alignModalities, type Modality } from 'tonggan'

const image: Modality = { name: 'image', features: [0.9, 0.3, 0.2] }
const text: Modality = { name: 'text', features: [0.7, 0.4, 0.1] }

const point = alignModalities(image, text)
console.log(`[${point.map((share) => share.toFixed(3)).join(', ')}]`)
