import { expect, test } from 'vitest'
import { densify } from '../../spec/features.ts'
import { encoderContract } from '../encoder.contract.ts'
import { columnOfGram } from '../text/hashed-row.ts'
import { textEncoder } from '../text/text-encoder.ts'
import { codeEncoder } from './code-encoder.ts'

const words = (text: string) => ({ kind: 'words', words: text }) as const
const file = (bytes: Uint8Array, name: string) => ({ kind: 'file', bytes, name }) as const

encoderContract('the code encoder', {
  make: () => codeEncoder(),
  others: [() => codeEncoder({ columns: 1024 })],
  items: () => [
    words('tar -xzf archive.tar.gz'),
    words('def area(radius):\n    return pi * radius ** 2  # 圆的面积'),
    words('()'),
    words('const xs = items.map((item) => item.name)\n'.repeat(300)),
  ],
  bad: [
    { what: 'nothing', item: words(''), code: 'unreadable-item' },
    { what: 'spaces', item: words(' \n\t'), code: 'unreadable-item' },
    {
      what: 'a file that is not UTF-8',
      item: file(Uint8Array.of(0x2f, 0xff, 0xfe), 'program.exe'),
      code: 'unreadable-item',
    },
    { what: 'more than a book', item: words('a'.repeat(4_000_001)), code: 'too-large' },
  ],
  runsGraphs: false,
})

const encoder = codeEncoder()

async function rowOf(code: string, by = encoder as ReturnType<typeof codeEncoder>): Promise<Float32Array> {
  return densify(await by.encode([await by.decode(words(code))]))
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, k) => sum + value * b[k], 0)

test('golden vectors: when these change, so must the version in the fingerprint', async () => {
  expect(encoder.fingerprint).toBe('84a907e5a5437a9bcb4f6cec0eb836b9')
  const chunk = await encoder.encode([await encoder.decode(words('ls -a my_dir'))])
  if (chunk.kind !== 'sparse') throw new Error('sparse was expected')
  expect(Array.from(chunk.columns)).toEqual([
    405, 680, 682, 1389, 1862, 2195, 2227, 2396, 2482, 2704, 3196, 3405, 4057, 4257, 4470, 4905, 5265, 5794,
    5820, 7057, 7285,
  ])
  expect(Array.from(chunk.values, (value) => Number(value.toFixed(6)))).toEqual([
    0.191847, 0.261443, 0.261443, 0.191847, 0.191847, -0.191847, 0.191847, 0.191847, 0.261443, 0.261443,
    -0.191847, -0.191847, 0.261443, 0.191847, -0.191847, 0.261443, -0.261443, 0.207514, -0.191847, -0.191847,
    -0.191847,
  ])
})

test('a word is where text has it, with the same sign, whatever name it is part of', async () => {
  const text = textEncoder()
  const said = densify(await text.encode([await text.decode(words('archive'))]))
  for (const code of ['archive', 'createArchive()', 'my_archive', '--archive', '# an archive']) {
    const row = await rowOf(code)
    said.forEach((value, column) => {
      if (value !== 0) expect(Math.sign(row[column])).toBe(Math.sign(value))
    })
  }
  const { column, sign } = columnOfGram(new TextEncoder().encode('archive'))
  expect(Math.sign((await rowOf('archive'))[column])).toBe(sign)
})

test('plain words in code and in text are one row', async () => {
  const text = textEncoder()
  const said = densify(await text.encode([await text.decode(words('open the archive'))]))
  expect(dot(said, await rowOf('open the archive'))).toBeCloseTo(1, 5)
})

test.each([
  ['a name in another style', 'readFileSync(path)', 'read_file_sync path', 'writeSocket(port)'],
  ['the same flag', 'ls -R', 'grep -R', 'wc -l'],
  ['the same operators', 'a && b || c', 'x && y || z', 'p + q - r'],
  ['a shared comment', '// 计算平均值\nf(x)', '# 计算平均值\ng(y)', '// 打开文件\nh(z)'],
])('%s is nearer than another piece of code', async (_, code, near, far) => {
  const row = await rowOf(code)
  expect(dot(row, await rowOf(near))).toBeGreaterThan(dot(row, await rowOf(far)))
})

test('a flag tells capital from small, a word does not', async () => {
  expect(dot(await rowOf('-r'), await rowOf('-R'))).toBeLessThan(0.99)
  expect(dot(await rowOf('READ'), await rowOf('read'))).toBeCloseTo(1, 5)
})

test('a width that hashing cannot use is refused', () => {
  expect(() => codeEncoder({ columns: 1000 })).toThrow(/make the code encoder.*columns of 256/)
})
