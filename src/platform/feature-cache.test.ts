import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FeatureChunk } from '../spec/features.ts'
import { cacheFolder, clearCache, describeCache, openFeatureCache } from './feature-cache.node.ts'
import type { FeatureStore } from './feature-cache.ts'

const dense = { fingerprint: 'dense', featureDim: 3, kind: 'dense' } as const
const wide = { fingerprint: 'wide', featureDim: 4000, kind: 'dense' } as const
const sparse = { fingerprint: 'sparse', featureDim: 100, kind: 'sparse' } as const

let root: string
let folder: string
let tests = 0

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tonggan-cache-'))
})

afterAll(() => rm(root, { recursive: true }))

test('keeps dense rows, bit for bit, from one run to the next', async () => {
  folder = join(root, String(tests++))
  let n = 0 // a content has one row, so no two rows may have the same
  await fc.assert(
    fc.asyncProperty(fc.float32Array({ minLength: 3, maxLength: 3 }), async (data) => {
      n++
      await withStore(dense, (store) => store.add([content(n)], { kind: 'dense', rows: 1, dim: 3, data }))
      const row = await withStore(dense, (store) => store.read(content(n)))
      expect(new Uint32Array((row as { data: Float32Array }).data.buffer)).toEqual(
        new Uint32Array(data.slice().buffer),
      )
    }),
    { numRuns: 20 },
  )
})

test('keeps sparse rows, empty ones too, and none that it was not given', async () => {
  folder = join(root, String(tests++))
  const chunk: FeatureChunk = {
    kind: 'sparse',
    rows: 3,
    dim: 100,
    rowStarts: Int32Array.of(0, 2, 2, 3),
    columns: Int32Array.of(5, 99, 0),
    values: Float32Array.of(1, -2, 0.5),
  }
  await withStore(sparse, (store) => store.add([content(1), content(2), content(3)], chunk))
  await withStore(sparse, async (store) => {
    expect(await store.read(content(1))).toMatchObject({
      columns: Int32Array.of(5, 99),
      values: Float32Array.of(1, -2),
    })
    expect(await store.read(content(2))).toMatchObject({ rows: 1, rowStarts: Int32Array.of(0, 0) })
    expect(await store.read(content(3))).toMatchObject({ columns: Int32Array.of(0) })
    expect(await store.read(content(4))).toBeUndefined()
  })
})

test('another fingerprint, width or kind is another encoder', async () => {
  folder = join(root, String(tests++))
  await withStore(dense, (store) => store.add([content(1)], rowsFrom(1)))
  for (const other of [
    { ...dense, fingerprint: 'other' },
    { ...dense, featureDim: 4 },
    { ...dense, kind: 'sparse' as const },
  ]) {
    expect(await withStore(other, (store) => store.read(content(1)))).toBeUndefined()
  }
  expect(await withStore(dense, (store) => store.read(content(1)))).toEqual(rowsFrom(1))
})

test('a torn tail costs one row, wherever it is torn', async () => {
  for (let cut = 1; cut < 52; cut += 7) {
    folder = join(root, String(tests++))
    await withStore(dense, (store) => store.add([content(1), content(2)], rowsFrom(1, 2)))
    const [pack] = await packs()
    await truncate(pack, (await readFile(pack)).length - cut)
    await withStore(dense, async (store) => {
      expect(await store.read(content(1))).toEqual(rowsFrom(1))
      expect(await store.read(content(2))).toBeUndefined()
      await store.add([content(2)], rowsFrom(2))
    })
    expect(await withStore(dense, (store) => store.read(content(2)))).toEqual(rowsFrom(2))
  }
})

test('a damaged row is not given, and what is encoded instead is kept', async () => {
  folder = join(root, String(tests++))
  await withStore(dense, (store) => store.add([content(1)], rowsFrom(1)))
  const [pack] = await packs()
  const bytes = await readFile(pack)
  bytes[bytes.length - 1] ^= 1
  await writeFile(pack, bytes)
  await withStore(dense, async (store) => {
    expect(await store.read(content(1))).toBeUndefined()
    await store.add([content(1)], rowsFrom(1))
  })
  expect(await withStore(dense, (store) => store.read(content(1)))).toEqual(rowsFrom(1))
  expect(await packs()).toHaveLength(1)
})

test('foreign bytes in the folder do no harm', async () => {
  folder = join(root, String(tests++))
  await withStore(dense, (store) => store.add([content(1)], rowsFrom(1)))
  const [pack] = await packs()
  await appendFile(pack, Buffer.alloc(100))
  await writeFile(join(pack, '..', 'empty.pack'), '')
  await writeFile(join(pack, '..', 'foreign.pack'), 'PK'.repeat(100))
  expect(await withStore(dense, (store) => store.read(content(1)))).toEqual(rowsFrom(1))
})

test('two writers at once lose nothing', async () => {
  folder = join(root, String(tests++))
  const cache = openFeatureCache(folder)!
  const stores = [await cache.open(dense), await cache.open(dense)]
  for (let i = 0; i < 20; i++)
    await Promise.all(stores.map((store, s) => store.add([content(2 * i + s)], rowsFrom(2 * i + s))))
  for (const store of stores) await store.close()
  await withStore(dense, async (store) => {
    for (let i = 0; i < 40; i++) expect(await store.read(content(i))).toEqual(rowsFrom(i))
  })
})

test('processes that write at once and are killed leave only whole rows', async () => {
  folder = join(root, String(tests++))
  const code = `
    import { openFeatureCache } from ${JSON.stringify(new URL('./feature-cache.node.ts', import.meta.url).href)}
    const store = await openFeatureCache(${JSON.stringify(folder)}).open(${JSON.stringify(wide)})
    for (let n = 0; ; n++) {
      const content = n.toString(16).padStart(64, '0')
      await store.add([content], { kind: 'dense', rows: 1, dim: 4000, data: new Float32Array(4000).fill(n) })
      if (n === 0) console.log('writing')
    }`
  const killOne = async () => {
    const args = ['--conditions=tonggan-source', '--input-type=module', '-e', code]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await Promise.all([1, 2, 3, 4].map(killOne))
  expect(await packs()).toHaveLength(4)
  await withStore(wide, async (store) => {
    expect(await store.read(content(0))).toBeDefined()
    for (let n = 0; n < 1000; n++) {
      const row = (await store.read(content(n))) as { data: Float32Array } | undefined
      if (row) expect(row.data.every((value) => value === n)).toBe(true)
    }
  })
  expect(await packs()).toHaveLength(4)
})

test('many small packs are joined, and hold the same', async () => {
  folder = join(root, String(tests++))
  for (let i = 0; i < 30; i++) await withStore(dense, (store) => store.add([content(i)], rowsFrom(i)))
  expect((await packs()).length).toBeLessThan(10)
  await withStore(dense, async (store) => {
    for (let i = 0; i < 30; i++) expect(await store.read(content(i))).toEqual(rowsFrom(i))
  })
})

test('where it cannot be written, encoding goes on without it', async () => {
  await writeFile(join(root, 'file'), '')
  folder = join(root, 'file')
  await withStore(dense, async (store) => {
    await store.add([content(1)], rowsFrom(1))
    expect(await store.read(content(1))).toBeUndefined()
  })
})

test('is described and cleared, with nothing else', async () => {
  folder = join(root, String(tests++))
  expect(await describeCache(folder)).toMatchObject({ folder, bytes: 0, encoders: 0 })
  await withStore(dense, (store) => store.add([content(1)], rowsFrom(1)))
  await withStore(sparse, (store) => store.close())
  await writeFile(join(folder, 'mine.txt'), 'mine')
  expect(await describeCache(folder)).toMatchObject({ bytes: 16 + 40 + 12, encoders: 1 })
  await clearCache(folder)
  expect(await describeCache(folder)).toMatchObject({ bytes: 0, encoders: 0 })
  expect(await readdir(folder)).toEqual(['mine.txt'])
})

test.each([
  [{ TONGGAN_CACHE: 'off' }, 'linux', undefined],
  [{ TONGGAN_CACHE: '/somewhere' }, 'linux', '/somewhere'],
  [{ XDG_CACHE_HOME: '/x' }, 'linux', '/x/tonggan'],
  [{}, 'linux', expect.stringMatching(/\.cache.tonggan$/)],
  [{ XDG_CACHE_HOME: '/x' }, 'darwin', expect.stringMatching(/Library.Caches.tonggan$/)],
  [{ LOCALAPPDATA: '/local' }, 'win32', '/local/tonggan'],
])('with %j on %s it is in %s', (environment, platform, expected) => {
  expect(cacheFolder(environment, platform)).toEqual(expected)
})

async function withStore<T>(
  encoder: { fingerprint: string; featureDim: number; kind: 'dense' | 'sparse' },
  use: (store: FeatureStore) => Promise<T>,
): Promise<T> {
  const store = await openFeatureCache(folder)!.open(encoder)
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

async function packs(): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.pack')).map((name) => join(folder, name))
}

function content(n: number): string {
  return n.toString(16).padStart(64, '0')
}

function rowsFrom(...numbers: number[]): FeatureChunk {
  const data = Float32Array.from(numbers.flatMap((n) => [n, n / 3, -n]))
  return { kind: 'dense', rows: numbers.length, dim: 3, data }
}
