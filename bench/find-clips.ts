// Films without a word about them are found by words through their pictures, and by sounds through their tracks: 240
// made-up clips (see `clips/make-clips.ts`), 160 of them with a sentence to learn from, 80 without. Asked are sentences
// about the 80, and sounds of their kinds that are in no clip. A right answer of a sentence is a clip of that colour,
// shape and motion; of a sound, one with a sound of that kind. Needs ffmpeg, about two minutes, and 20 MB for a while.
//
//   node --conditions=tonggan-source bench/find-clips.ts

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  audioEncoder,
  createIndex,
  encode,
  fitSpace,
  openDataset,
  textEncoder,
  videoEncoder,
} from '../src/index.ts'
import type { Hit } from '../src/spec/search.ts'
import { type Clip, makeClips } from './clips/make-clips.ts'

const [count, trained] = [240, 160]
const folder = await mkdtemp(join(tmpdir(), 'tonggan-clips-'))
try {
  const clips = await makeClips(folder, count)
  const files = new Map<string, Uint8Array | string>()
  for (const { name } of clips) files.set(name, await readFile(join(folder, name)))
  const rows = clips
    .slice(0, trained)
    .map((clip, k) => `${clip.name},${k % 8 ? 'train' : 'val'},${sentence(clip)},${clip.name}`)
  files.set('items.csv', ['id,split,text,video', ...rows].join('\n'))
  const began = performance.now()
  const features = await encode(
    await openDataset(files),
    { text: textEncoder(), video: videoEncoder(), audio: audioEncoder() },
    { cache: false },
  )
  console.log(
    `views: ${features.views.map(({ name, rows: items }) => `${name} (${items.length})`).join(', ')}`,
  )
  console.log(`encoded in ${Math.round((performance.now() - began) / 1000)} s`)
  const space = await fitSpace(features, { dim: 64, seed: 1 })
  const index = createIndex(space)
  const unseen = clips.slice(trained)
  files.set('items.csv', ['id,video', ...unseen.map(({ name }) => `${name},${name}`)].join('\n'))
  await index.add(await openDataset(files), { cache: false })
  console.log(`indexed without a word: ${index.count} items of ${index.views.join(', ')}`)

  const byName = new Map(clips.map((clip) => [clip.name, clip]))
  const asked = async (
    what: string,
    ask: (clip: Clip, k: number) => Promise<Hit[]>,
    isRight: (asked: Clip, hit: Clip) => boolean,
  ) => {
    const precisions: number[] = []
    let first = 0
    const chances: number[] = []
    for (const [k, clip] of unseen.entries()) {
      const hits = (await ask(clip, k)).map(({ id }) => isRight(clip, byName.get(id)!))
      precisions.push(averagePrecision(hits))
      if (hits[0]) first++
      chances.push(hits.filter(Boolean).length / hits.length)
    }
    console.log(
      `${what}: mAP ${mean(precisions).toFixed(2)}, right first ${(first / unseen.length).toFixed(2)} (chance ${mean(chances).toFixed(2)})`,
    )
  }
  const byText = (clip: Clip) => index.search({ text: sentence(clip) }, { want: 'video', k: count })
  await asked('a sentence finds that colour', byText, (a, b) => a.colour === b.colour)
  await asked('a sentence finds that shape', byText, (a, b) => a.shape === b.shape)
  await asked('a sentence finds that motion', byText, (a, b) => a.motion === b.motion)
  await asked(
    'a sentence finds colour, shape and motion together',
    byText,
    (a, b) => a.colour === b.colour && a.shape === b.shape && a.motion === b.motion,
  )
  await asked(
    'a word of colour finds it',
    (clip) => index.search({ text: clip.colour }, { want: 'video', k: count }),
    (a, b) => a.colour === b.colour,
  )
  await asked(
    'a sound finds tracks of its kind',
    (_, k) => index.search({ audio: join(folder, `${trained + k}.wav`) }, { want: 'audio', k: count }),
    (a, b) => a.sound === b.sound,
  )
  await asked(
    'words about a sound find tracks of its kind',
    (clip) => index.search({ text: clip.sound }, { want: 'audio', k: count }),
    (a, b) => a.sound === b.sound,
  )
  await index.close()
  await space.close()
} finally {
  await rm(folder, { recursive: true })
}

function sentence({ colour, shape, motion, sound }: Clip): string {
  return `a ${colour} ${shape} ${motion} with ${sound}`
}

function averagePrecision(right: readonly boolean[]): number {
  let found = 0
  let sum = 0
  right.forEach((isRight, k) => {
    if (isRight) sum += ++found / (k + 1)
  })
  return found === 0 ? 0 : sum / found
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
