// Exact search over 100,000 vectors of 256 numbers, on one and on fifty queries at a time, checked against brute
// force in plain JavaScript first. Wanted on 2 cores: at most 10 ms a query, 1 ms a query in batches of 50.
//
// Beside the time on the clock stands the processor time, which hardly depends on what else the machine does; with one
// thread it is the work itself, with more it holds waiting, too.
//
//   node --conditions=tonggan-source bench/search.ts [onnxruntime-node|onnxruntime-web] [threads]

import { FlatIndex } from '../src/index/flat-index.ts'
import type { EngineName } from '../src/platform/ort.ts'
import type { IndexEntry } from '../src/spec/search.ts'

const count = 100_000
const dim = 256
const k = 10
const engine = (process.argv[2] ?? 'onnxruntime-node') as EngineName
const threads = process.argv[3] === undefined ? undefined : Number(process.argv[3])

let state = 1
/** Unit rows of uniform noise, the same at every run. */
function unitRows(rows: number): Float32Array {
  const data = Float32Array.from({ length: rows * dim }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 - 0.5
  })
  for (let row = 0; row < rows; row++) {
    const vector = data.subarray(row * dim, (row + 1) * dim)
    const norm = Math.hypot(...vector)
    for (let j = 0; j < dim; j++) vector[j] /= norm
  }
  return data
}

const vectors = unitRows(count)
const queries = unitRows(50)
const entries = Array.from({ length: count }, (_, position): IndexEntry => {
  const modality = position % 2 === 0 ? 'image' : 'text'
  return { id: String(position), view: modality, modality, content: '' }
})
const index = new FlatIndex({ dim, spaceHash: '0'.repeat(64) }, { engine, threads })
index.add(vectors, entries)

const opened = performance.now()
const found = await index.search(queries, { k })
console.log(`${engine}, ${count} × ${dim}: session opened in ${Math.round(performance.now() - opened)} ms`)
for (let row = 0; row < 50; row++) {
  const query = queries.subarray(row * dim, (row + 1) * dim)
  const similarities = Float32Array.from({ length: count }, (_, position) => inner(query, position))
  const nearest = similarities.toSorted().reverse().subarray(0, k)
  found[row].forEach(({ position, similarity }, j) => {
    if (Math.abs(similarity - nearest[j]) > 1e-6 || Math.abs(similarities[position] - similarity) > 1e-6) {
      throw new Error(`query ${row}, hit ${j}: ${similarity}, but brute force found ${nearest[j]}`)
    }
  })
}
console.log('equal to brute force: 50 queries')

const one = queries.subarray(0, dim)
await report('one query', 1, 10, 41, () => index.search(one, { k }))
await report('one query among images', 1, 10, 41, () =>
  index.search(one, { k, filter: { modality: 'image' } }),
)
await report('batches of 50', 50, 1, 15, () => index.search(queries, { k }))
await index.close()

async function report(
  name: string,
  size: number,
  wantedMs: number,
  runs: number,
  run: () => Promise<unknown>,
) {
  const clock: number[] = []
  const processor: number[] = []
  for (let k = 0; k < runs; k++) {
    const start = performance.now()
    const used = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(used)
    clock.push((performance.now() - start) / size)
    processor.push((user + system) / 1000 / size)
  }
  const [onClock, ofProcessor] = [clock, processor].map((times) =>
    times.toSorted((a, b) => a - b)[runs >> 1].toFixed(2),
  )
  console.log(
    `${name}: ${onClock} ms a query, wanted at most ${wantedMs}; processor ${ofProcessor} ms (medians of ${runs})`,
  )
}

function inner(query: Float32Array, position: number): number {
  let sum = 0
  for (let j = 0; j < dim; j++) sum += query[j] * vectors[position * dim + j]
  return sum
}
