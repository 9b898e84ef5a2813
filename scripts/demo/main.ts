// npm run demo: the emoji world. The pictures, English and Chinese names and spoken names of 1,595 things become one
// space; 300 of the things and four voices are kept from it, and then it is asked about them. Everything is left in
// `.demo/`. About a minute the first time, on two cores, and half of that after.
//
//   npm run demo
//   npm run demo -- --serve [--port 7777]     serves the studio on it, made anew only where it is not there

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { languageOf } from '../../src/cli/language.ts'
import { formatSeconds, ProgressPrinter } from '../../src/cli/progress-printer.ts'
import {
  audioEncoder,
  createIndex,
  type Dataset,
  encode,
  evaluate,
  fitSpace,
  imageEncoder,
  openDataset,
  TongganError,
  textEncoder,
} from '../../src/index.ts'
import { prepareWorld } from './prepare.ts'
import { formatReports } from './report.ts'
import { type Example, showSearches } from './searches.ts'
import { isServable, serveWorld } from './serve-world.ts'
import { readThings, type Thing } from './things.ts'
import { knownVoices, strangers } from './voices.ts'
import { words } from './words.ts'

const world = '.demo/emoji'
const left = { table: join(world, 'items.csv'), space: '.demo/emoji.space', index: '.demo/emoji.index' }
process.env.TONGGAN_CACHE ??= '.demo/cache' // so that removing `.demo/` removes everything
const language = languageOf(undefined, process.env)
const say = words[language]
const progress = new ProgressPrinter(process.stderr, { language })
const stop = new AbortController()
const call = { signal: stop.signal, onProgress: progress.report }
const startMs = performance.now()

process.once('SIGINT', () => stop.abort())
try {
  const { values } = parseArgs({
    options: { serve: { type: 'boolean' }, port: { type: 'string', default: '7777' } },
  })
  if (!values.serve || !(await isServable(left))) await demo()
  if (values.serve) await serve(Number(values.port))
} catch (error) {
  progress.finish()
  if (stop.signal.aborted) console.error(say.stopped)
  else console.error(error instanceof TongganError ? error.message : error)
  process.exitCode = stop.signal.aborted ? 130 : 1
}

/** Until Ctrl-C. */
async function serve(port: number): Promise<void> {
  const server = await serveWorld(left, port)
  print(say.serving(server.address, server.space.index?.count ?? 0))
  await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }))
  await server.close()
}

async function demo(): Promise<void> {
  print(say.title, say.sources)
  await prepareWorld(world, call)
  const dataset = await openDataset(left.table)
  const withStrangers = await openDataset(join(world, 'strangers.csv'))

  const encoders = { text: textEncoder(), image: imageEncoder(), audio: audioEncoder() }
  const encoded = await encode(dataset, encoders, call)
  const encodedStrangers = await encode(withStrangers, encoders, { signal: stop.signal })
  for (const { error } of [...encoded.problems, ...encodedStrangers.problems]) throw error
  progress.finish()
  print(say.world(counts(dataset)))

  const fitStartMs = performance.now()
  const space = await fitSpace(encoded, call)
  progress.finish()
  print(say.fitted(space.dim, formatSeconds((performance.now() - fitStartMs) / 1000)))
  await space.save(left.space)

  const newThings = await evaluate(space, encoded, { signal: stop.signal })
  const newVoices = await evaluate(space, encodedStrangers, { signal: stop.signal })
  print(formatReports(newThings, newVoices, language))

  const index = createIndex(space)
  await index.add(encoded, { signal: stop.signal })
  const things = new Map(readThings().map((thing) => [thing.id, thing]))
  await showSearches(index, {
    things,
    unseen: examples(dataset, things),
    strangers: examples(withStrangers, things),
    language,
    print,
  })
  await index.save(left.index, { spacePath: 'emoji.space' })
  print(say.left(index.count, formatSeconds((performance.now() - startMs) / 1000)))
}

function counts({ rows }: Dataset) {
  const spoken = rows.filter(({ split, cells }) => split === 'train' && 'audio' in cells)
  return {
    things: rows.length,
    spoken: spoken.length,
    voices: knownVoices.length,
    unseen: rows.filter(({ split }) => split === 'test').length,
    strangers: strangers.length,
  }
}

/** Things of test rows with the files to ask with. */
function examples({ rows }: Dataset, things: ReadonlyMap<string, Thing>): Example[] {
  return rows.flatMap(({ id, split, cells }) => {
    const thing = things.get(id)
    if (split !== 'test' || !thing) return []
    return { thing, picture: join(world, cells.image), speech: join(world, cells.audio) }
  })
}

function print(...paragraphs: string[]): void {
  for (const paragraph of paragraphs) console.log(paragraph)
}
