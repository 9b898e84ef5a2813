// The command on a small table of drawings and their names: as a process of its own where that matters (what is
// printed where, exit status, Ctrl-C), else called in this one, which is quicker.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shapePng, writeShapes } from '../../tests/shapes.ts'
import { openGraph } from '../graph/session.ts'
import { madeUpBvh } from '../modalities/motion/made-up-motion.ts'
import { openSpace } from '../space/open-space.ts'
import { floats } from '../spec/tensor.ts'
import { runCommand } from './run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonggan-command-'))
const main = join(import.meta.dirname, 'main.ts')
const environment = { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: '', TONGGAN_CACHE: join(folder, 'cache') }
const options = { cwd: folder, env: environment }

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A process in `folder`; words stand between spaces, and `_` is a space within one. */
function spawned(line: string): Promise<Outcome> {
  const command = ['--conditions=tonggan-source', main, ...wordsOf(line)]
  return new Promise((resolve) => {
    const child: ChildProcess = execFile(process.execPath, command, options, (_, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr })
    })
  })
}

/** The same in this process; a word `@name` is a path in `folder`. */
async function tonggan(line: string): Promise<Outcome> {
  const output = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof output) => ({
    write(text: string) {
      output[name] += text
    },
  })
  const status = await runCommand(wordsOf(line).map(located), {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    environment: { LANG: 'en_GB.UTF-8' },
    signal: new AbortController().signal,
  })
  return { status, ...output }
}

function wordsOf(line: string): string[] {
  return line.split(' ').flatMap((word) => (word ? [word.replaceAll('_', ' ')] : []))
}

function located(word: string): string {
  return word.startsWith('@') ? join(folder, word.slice(1)) : word
}

/** Runs with `--json` and gives the object; there must be exactly one, and no progress. */
async function json(run: typeof tonggan, line: string) {
  const { status, stdout, stderr } = await run(`${line} --json`)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  return JSON.parse(stdout)
}

let fitted: Record<string, unknown>
beforeAll(async () => {
  writeShapes(join(folder, 'shapes'))
  fitted = await json(spawned, 'fit shapes/items.csv --dim 8 --method cca --encoder image=builtin:size=32')
  await json(tonggan, 'index @items.space @shapes/items.csv --out @items.index')
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('fit', () => {
  it('says what it fitted, and saves it under the name of the table', () => {
    expect(fitted).toMatchObject({
      space: 'items.space',
      dim: 8,
      modalities: [
        { name: 'text', encoder: 'builtin/text', views: ['text.en', 'text.zh'] },
        { name: 'image', encoder: 'builtin/image', views: ['image'] },
      ],
      problems: { count: 0, first: [] },
      seconds: { encode: expect.any(Number), fit: expect.any(Number) },
    })
    expect(readdirSync(join(folder, 'items.space')).sort()).toEqual([
      expect.stringMatching(/^image-[0-9a-f]+\.onnx$/),
      'space.json',
      expect.stringMatching(/^text-[0-9a-f]+\.onnx$/),
    ])
  })

  it('tells people how it was fitted, and of a partner only where there is one', async () => {
    const line = 'fit @shapes/items.csv --dim 8 --epochs 1 --senses text.en,image --out @told.space'
    const english = await tonggan(line)
    const { fit } = JSON.parse(readFileSync(join(folder, 'told.space', 'space.json'), 'utf8'))
    expect(english.stdout).toMatch(new RegExp(`^Method: ${fit.solver} on ${fit.inputs} inputs`, 'm'))
    const partner = fit.blend ? `beside ${fit.blend.solver}` : undefined
    expect(english.stdout.match(/beside \w+/)?.[0]).toBe(partner)
    const chinese = await tonggan(`${line} --lang zh`)
    expect(chinese.stdout).not.toContain('undefined')
    expect(chinese.stdout.trim().split('\n').at(-1)).toMatch(
      /^接下来：tonggan evaluate .*told\.space .*items\.csv$/,
    )
  })

  it('leaves nothing behind when it is stopped, not even half a space', async () => {
    const line = 'fit shapes/items.csv --out stopped.space --epochs 10000 --senses text.en,image'
    const child = spawn(process.execPath, ['--conditions=tonggan-source', main, ...wordsOf(line)], options)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    let heard = ''
    let isAsked = false
    child.stderr.on('data', (text) => {
      heard += text
      if (heard.includes('encode text.en') && !isAsked) isAsked = child.kill('SIGINT')
    })
    expect(await ended).toBe(130)
    expect(heard).toContain('received a request to stop')
    expect(existsSync(join(folder, 'stopped.space'))).toBe(false)
  })

  it('tells what was left out even where too little is left to fit', async () => {
    writeFileSync(join(folder, 'lost.csv'), 'text,image\ncat,cat.png\ndog,dog.png\n')
    const { status, stdout, stderr } = await tonggan('fit @lost.csv --json')
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'not-enough-data' },
      problems: { count: 2, first: [{ row: 1, view: 'image', code: 'missing-file' }, { row: 2 }] },
    })
    expect(stderr).toMatch(/^left out 2:\n.*row 1, cat\.png.*none of that name; check the path.*\n.*row 2/)
  })

  it('says so where every row is for testing', async () => {
    writeFileSync(join(folder, 'tests.csv'), 'split,text,image\ntest,cat,cat.png\n')
    const { status, stderr } = await tonggan('fit @tests.csv --quiet')
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('expected train or val rows, received 0 train, 0 val, 1 test'),
    })
  })

  it('refuses a place to save that holds something else, before any work', async () => {
    for (const [place, what] of [
      ['@shapes', 'a folder with other files in it'],
      ['@shapes/items.csv', 'a file'],
      ['@shapes/items.csv/new.space', 'expected a path through folders'],
    ]) {
      const { status, stdout, stderr } = await tonggan(`fit @shapes/items.csv --out ${place}`)
      expect({ status, stdout, stderr }).toEqual({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining(what),
      })
    }
  })
})

describe('evaluate', () => {
  it('gives the same report each time, durations apart', async () => {
    const { seconds, ...report } = await json(spawned, 'evaluate items.space shapes/items.csv')
    expect(seconds).toEqual({ encode: expect.any(Number), evaluate: expect.any(Number) })
    expect(report).toMatchObject({ split: 'test', problems: { count: 0 } })
    expect(Object.keys(report.pairs)).toHaveLength(6)
    expect(report.pairs['image>text.en']).toMatchObject({ queries: 30, gallery: 30 })
    expect(report.pairs['image>text.en']['recall@10']).toBeGreaterThan(10 / 30)
    const again = await json(tonggan, 'evaluate @items.space @shapes/items.csv --split test')
    expect({ ...again, seconds }).toEqual({ ...report, seconds })
  })

  it('shows people a table, in their language', async () => {
    const line = 'evaluate @items.space @shapes/items.csv --senses image,text.zh --lang zh'
    const { status, stdout, stderr } = await tonggan(line)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^查询 > 答案 +查询数 +候选数 .*\n/)
    expect(stdout).toMatch(/^text\.zh > image +30 +30 +[01]\.\d{3} /m)
    expect(stdout).toContain('mAP 随机水平')
    expect(stdout).toMatch(
      /^各视图的几何\n视图 +条目数 +有效秩 +均匀性\n[\s\S]*^各配对的几何\n[\s\S]*^text\.zh > image +\d\.\d\d /m,
    )
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^在 .*items\.csv 的 test 部分上评估，用时 /)
    expect(stderr).toMatch(/^编码 image {2}30\/30 项 {2}完成，用时/m)
    expect((await tonggan(`${line} --quiet`)).stderr).toBe('')
  })
})

describe('evaluate --report', () => {
  it('writes a page that needs nothing else', async () => {
    await json(tonggan, 'evaluate @items.space @shapes/items.csv --senses image,text.en --report @page.html')
    const page = readFileSync(join(folder, 'page.html'), 'utf8')
    expect(page).toMatch(/^<tr><td>image &gt; text\.en<\/td><td>30<\/td><td>30<\/td><td class="share"/m)
    expect(page).not.toMatch(/<link|<(script|img|iframe)[^>]* src=/)
  })
})

describe('transfer', () => {
  const line = 'transfer @items.space @shapes/items.csv --from text.en --to image'
  it('says how far the labels come, between chance and oracle, and saves what it learned', async () => {
    const report = await json(tonggan, `${line} --shots 0,1 --seeds 2 --method class-mean --out @names.json`)
    expect(report).toMatchObject({
      from: 'text.en',
      to: 'image',
      classes: ['bar', 'circle', 'square', 'star', 'triangle'],
      items: { labelled: 90, unlabelled: 90, paired: 90, test: 30 },
      chance: 0.2,
      spacePositives: 'thing',
      problems: { count: 0 },
    })
    const [none, one] = report.results
    expect(none.accuracy.mean).toBeGreaterThan(0.4)
    expect(one.accuracy.values).toHaveLength(2)
    const saved = JSON.parse(readFileSync(join(folder, 'names.json'), 'utf8'))
    expect(saved).toMatchObject({ format: 'tonggan.classifier', modality: 'image', shots: 1 })
  })

  it('asks for names that a person gave, and answers people in their language', async () => {
    const names = { bar: '长条', circle: '圆形', square: '方形', star: ['星形', 'star'], triangle: '三角形' }
    writeFileSync(join(folder, 'zh.json'), JSON.stringify(names))
    const { status, stdout } = await tonggan(`${line} --method zero-shot --names @zh.json --lang zh`)
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /^每类样例数 +方法 +正确率 +留出分组上\n- +随机水平 +0\.200\n0 +zero-shot +[01]\.\d{3}/m,
    )
    expect(stdout).toMatch(/^学习依据：5 个类名$/m)
    const english = await tonggan(`${line} --method class-mean`)
    expect(english.stdout).toMatch(/^Learned from: 90 labels of text\.en$/m)
    expect(english.stdout).toMatch(
      /^Each class left out once: AUROC \d\.\d{3}, \d+\.\d% of its items refused$/m,
    )
  })

  it.each([
    ['transfer @items.space @shapes/items.csv --to image', '--from: expected a sense', 2],
    ['transfer @items.space @shapes/items.csv --from smell --to image', 'received smell', 2],
    [`${line} --shots 1,few`, '--shots: expected whole numbers', 2],
    [`${line} --refusals 2`, '--refusals: expected a share', 2],
    [`${line} --shots 99 --method probe`, 'expected 99 labelled training items of each class', 1],
    [`${line} --names @shapes/items.csv`, '--names', 1],
    [`${line} --split val`, 'expected labelled val rows with image', 1],
    [`${line} --out @shapes`, '--out (', 2],
  ])('refuses %s', async (words, message, exit) => {
    const { status, stderr } = await tonggan(words)
    expect(stderr).toContain(message)
    expect(status).toBe(exit)
  })
})

describe('index and search', () => {
  it('finds pictures by words and words by a picture', async () => {
    const byWords = await json(tonggan, 'search @items.index --text green_bar --want image -k 4')
    expect(byWords.hits.map(({ view, modality }: Record<string, string>) => `${view} ${modality}`)).toEqual(
      Array(4).fill('image image'),
    )
    expect(byWords.query).toEqual({ text: 'green bar' })
    writeFileSync(join(folder, 'query.png'), await shapePng({ colour: 'blue', shape: 'star', size: 0.8 }))
    const byPicture = await json(tonggan, 'search @items.index --image @query.png -k 1 --view image')
    expect(byPicture.hits).toMatchObject([
      { view: 'image', label: 'star', content: expect.stringMatching(/^blue-star/) },
    ])
    const both = 'search @items.index --image @query.png --text 蓝色星形 --want text.zh -k 1'
    expect((await json(tonggan, both)).hits[0]).toMatchObject({ view: 'text.zh', content: '蓝色星形' })
  })

  it('shows people a table', async () => {
    const line = 'search @items.index --text red_circle --label circle --want text.en -k 2'
    const { stdout, stderr } = await tonggan(line)
    expect(stdout).toMatch(
      /^similarity +confidence +view +thing +label +item\n +1\.000 +\d+% {2}text\.en {2}red-circle-0 {2}circle {2}red circle\n/,
    )
    expect(stderr).toBe('')
    const none = await tonggan('search @items.index --text red --want audio')
    expect(none.stdout).toBe('No hits; the index holds: text.en, text.zh, image\n')
  })

  it('says how sure it is, and that nothing matches, where the space has learned it', async () => {
    cpSync(join(folder, 'items.space'), join(folder, 'sure.space'), { recursive: true })
    const path = join(folder, 'sure.space', 'space.json')
    const learned = {
      answers: 'many',
      slope: 8,
      offset: -2,
      queries: 99,
      falseAccepts: 0.1,
      falseRejects: 0.1,
    }
    const know = (threshold: number) => {
      const calibration = { 'text>image': { ...learned, threshold } }
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), calibration }))
    }
    const line = 'search @items.index --space @sure.space --text red_circle --want image -k 2'
    know(0)
    const { hits, nothingMatches } = await json(tonggan, line)
    expect(nothingMatches).toBe(false)
    const { similarity, confidence } = hits[0]
    expect(confidence).toBeCloseTo(1 / (1 + Math.exp(2 - 8 * similarity)))
    expect((await tonggan(line)).stdout).toMatch(/^similarity +confidence +view .*\n +0\.\d{3} +\d+% +image /)
    know(1)
    expect(await json(tonggan, line)).toMatchObject({ nothingMatches: true, hits: [{}, {}] })
    expect((await tonggan(line)).stdout).toMatch(/^Nothing here matches; the nearest are:\n\nsimilarity /)
    expect((await tonggan(`${line} --lang zh`)).stdout).toMatch(
      /^这里没有相符的内容；最接近的是：\n\n相似度 +把握 /,
    )
  })

  it('indexes files one by one, and counts what it cannot read', async () => {
    const whole = await shapePng({ colour: 'red', shape: 'star' })
    writeFileSync(join(folder, 'whole.png'), whole)
    writeFileSync(join(folder, 'cut.png'), whole.subarray(0, whole.length / 2))
    writeFileSync(join(folder, 'words.jpg'), 'these are words')
    const line = 'index @items.space @whole.png @cut.png @words.jpg @missing.png @notes.xyz -o @f.index'
    const { status, stdout, stderr } = await tonggan(`${line} --json`)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ count: 1, views: ['image'], problems: { count: 4 } })
    const codes = JSON.parse(stdout).problems.first.map(({ code }: { code: string }) => code)
    expect(codes.sort()).toEqual([
      'missing-file',
      'unreadable-item',
      'unsupported-format',
      'unsupported-format',
    ])
    expect(stderr).toMatch(/^left out 4:\n/)
    const { hits } = await json(tonggan, 'search @f.index --text red_star')
    expect(hits.map(({ id }: { id: string }) => id)).toEqual([join(folder, 'whole.png')])
  })

  it('finds the space again where it was moved, and refuses another one', async () => {
    cpSync(join(folder, 'items.index'), join(folder, 'moved', 'items.index'))
    const lost = await tonggan('search @moved/items.index --text red')
    expect(lost).toMatchObject({ status: 1, stderr: expect.stringContaining('say where it is with --space') })
    await json(tonggan, 'search @moved/items.index --text red --space @items.space')
    cpSync(join(folder, 'items.space'), join(folder, 'other.space'), { recursive: true })
    const manifest = join(folder, 'other.space', 'space.json')
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace(/"hash": "[0-9a-f]{8}/, '"hash": "00000000'),
    )
    const other = await tonggan('search @items.index --text red --space @other.space')
    expect(other).toMatchObject({ status: 1, stdout: '' })
  })
})

describe('sounds', () => {
  /** A tone that rises or falls, half a second at 8 kHz, as a WAV of 16-bit samples. */
  function toneWav(fromHz: number, toHz: number): Uint8Array {
    const samples = Int16Array.from({ length: 4000 }, (_, t) => {
      const cycles = (fromHz * t + ((toHz - fromHz) * t * t) / 8000) / 8000
      return 20_000 * Math.sin(2 * Math.PI * cycles)
    })
    const header = new DataView(new ArrayBuffer(44))
    const words = [0x46464952, 36 + samples.byteLength, 0x45564157, 0x20746d66, 16, 0x10001, 8000, 16_000]
    for (const [k, word] of [...words, 0x100002, 0x61746164, samples.byteLength].entries()) {
      header.setUint32(4 * k, word, true)
    }
    return new Uint8Array([...new Uint8Array(header.buffer), ...new Uint8Array(samples.buffer)])
  }

  it('are found by words, and find words', async () => {
    const rows = ['id,split,label,text,audio']
    for (let k = 0; k < 24; k++) {
      const [low, high] = [300 + 20 * k, 900 + 30 * k]
      writeFileSync(join(folder, `rising-${k}.wav`), toneWav(low, high))
      writeFileSync(join(folder, `falling-${k}.wav`), toneWav(high, low))
      const split = k < 20 ? 'train' : 'test'
      for (const kind of ['rising', 'falling'])
        rows.push(`${kind}-${k},${split},${kind},${kind} tone,${kind}-${k}.wav`)
    }
    writeFileSync(join(folder, 'tones.csv'), rows.join('\n'))
    await json(tonggan, 'fit @tones.csv --dim 4 --method cca --out @tones.space')
    const { pairs } = await json(tonggan, 'evaluate @tones.space @tones.csv')
    expect(pairs['text>audio']).toMatchObject({ queries: 8, gallery: 8, map: 1 })
    await json(tonggan, 'index @tones.space @tones.csv --out @tones.index')
    const { hits } = await json(tonggan, 'search @tones.index --audio @rising-23.wav --want text -k 1')
    expect(hits).toMatchObject([{ content: 'rising tone' }])
    const heard = await json(tonggan, 'search @tones.index --text falling_tone --want audio -k 5')
    expect(heard.hits.map(({ label }: { label: string }) => label)).toEqual(Array(5).fill('falling'))
  })
})

describe('motion and code', () => {
  it('are found by words, and find words', async () => {
    const commands = {
      walk: (k: number) => `robot.walkForward(speed=${k})`,
      bow: (k: number) => `robot.bow(depth=${k})`,
    }
    const rows = ['id,split,label,text,motion,code']
    for (let k = 0; k < 12; k++) {
      for (const deed of ['walk', 'bow'] as const) {
        const made = madeUpBvh({ deed, seconds: 2 + k / 10, turned: 30 * k })
        writeFileSync(join(folder, `${deed}-${k}.bvh`), made)
        const split = k < 10 ? 'train' : 'test'
        rows.push(`${deed}-${k},${split},${deed},${deed} ${k},${deed}-${k}.bvh,${commands[deed](k)}`)
      }
    }
    writeFileSync(join(folder, 'robot.csv'), rows.join('\n'))
    await json(tonggan, 'fit @robot.csv --dim 4 --method cca --out @robot.space')
    const { pairs } = await json(tonggan, 'evaluate @robot.space @robot.csv')
    expect(pairs['text>motion']).toMatchObject({ queries: 4, map: 1 })
    expect(pairs['motion>code']).toMatchObject({ queries: 4, map: 1 })
    await json(tonggan, 'index @robot.space @robot.csv --out @robot.index')
    const seen = await json(tonggan, 'search @robot.index --motion @bow-11.bvh --want code -k 3')
    expect(seen.hits.map(({ label }: { label: string }) => label)).toEqual(['bow', 'bow', 'bow'])
    const asked = await json(tonggan, 'search @robot.index --code robot.walkForward() --want motion -k 3')
    expect(asked.hits.map(({ label }: { label: string }) => label)).toEqual(['walk', 'walk', 'walk'])
  })
})

describe('export', () => {
  it('writes graphs that give the embeddings of the space', async () => {
    const { files, graphs } = await json(tonggan, 'export @items.space --out @plain')
    expect(files).toEqual(['@plain/text.onnx', '@plain/image.onnx', '@plain/graphs.json'].map(located))
    const space = await openSpace(join(folder, 'items.space'))
    for (const { file, input, output } of graphs) {
      const [, width] = input.shape
      const features = Float32Array.from({ length: width }, (_, j) => Math.sin(j) / 9)
      const session = await openGraph(new Uint8Array(readFileSync(join(folder, 'plain', file))))
      const given = await session.run({ [input.name]: floats([1, width], features) })
      const chunk = { kind: 'dense', rows: 1, dim: width, data: features } as const
      expect(given[output.name].data).toEqual(await space.embed(file.replace('.onnx', ''), chunk))
      await session.close()
    }
    await space.close()
  })
})

describe('serve', () => {
  it('tells its address and answers there until it is asked to stop', async () => {
    const line = `serve items.space --index items.index --port 0 --json`
    const child = spawn(process.execPath, ['--conditions=tonggan-source', main, ...wordsOf(line)], options)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    let heard = ''
    child.stderr.on('data', (text) => {
      heard += text
    })
    const [first] = await once(child.stdout, 'data')
    const { address, indexed } = JSON.parse(String(first))
    expect(indexed).toBe(360)
    const { spaces } = await (await fetch(`${address}/v1/spaces`)).json()
    expect(spaces).toEqual([{ name: 'items', url: '/v1/spaces/items' }])
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(JSON.parse(heard.split('\n')[0])).toMatchObject({ method: 'GET', path: '/v1/spaces', status: 200 })
  })
})

describe('adapt', () => {
  it('says what was tried, keeps the space where nothing is better, and leaves the old one alone', async () => {
    const before = readdirSync(join(folder, 'items.space')).sort()
    const line = 'adapt @items.space @shapes/items.csv --positives label --out @adapted.space'
    const { chosen, tried, ancestor, hash } = await json(tonggan, line)
    expect(ancestor).toBe(fitted.hash)
    expect(tried.length).toBeGreaterThan(1)
    expect(tried[0]).toEqual(chosen)
    expect(hash === ancestor).toBe(chosen.sense === undefined)
    const unchanged = tried.find(({ sense }: { sense?: string }) => sense === undefined)
    expect(chosen.score).toBeGreaterThanOrEqual(unchanged.score)
    expect(readdirSync(join(folder, 'items.space')).sort()).toEqual(before)
    const { stdout } = await tonggan(`${line} --lang zh`)
    expect(stdout).toContain('留出配对上的平均 mAP')
    expect(stdout).toMatch(/^接下来：tonggan evaluate .*adapted\.space .*items\.csv$/m)
  })

  it.each([
    ['adapt @items.space @shapes/items.csv --sense audio', 2, 'adapt: sense'],
    ['adapt @items.space @shapes/items.csv --sense colour', 2, '--sense: expected a modality'],
    ['adapt @items.space @shapes/items.csv --seed -1', 2, '--seed'],
    ['adapt @missing.space @shapes/items.csv', 1, 'missing.space'],
  ])('%j ends with %i', async (line, status, message) => {
    expect(await tonggan(line)).toMatchObject({
      status,
      stdout: '',
      stderr: expect.stringContaining(message),
    })
  })
})

describe('extend', () => {
  const coded = () => {
    const rows = readFileSync(join(folder, 'shapes/items.csv'), 'utf8').trim().split('\n').slice(1)
    const lines = rows.map((row) => {
      const [id, split, label, name] = row.split(',')
      return `${id},${split},${label},${name},draw_${name.replace(' ', '_')}()`
    })
    writeFileSync(join(folder, 'coded.csv'), ['id,split,label,text.en,code', ...lines].join('\n'))
  }

  it('adds a sense, and what was indexed before is found with it', async () => {
    coded()
    const line = 'extend @items.space @coded.csv --hub text --epochs 1 --out @coded.space'
    const grown = await json(tonggan, line)
    expect(grown).toMatchObject({
      by: 'extend',
      ancestor: fitted.hash,
      sense: 'code',
      towards: ['text.en'],
      problems: { count: 0 },
    })
    const [before, after] = ['items.space', 'coded.space'].map((name) => readdirSync(join(folder, name)))
    expect(after.filter((name) => before.includes(name))).toHaveLength(before.length)
    const { hits } = await json(
      tonggan,
      'search @items.index --space @coded.space --code draw_red_star() --want image -k 3',
    )
    expect(hits[0].content).toMatch(/^red-star/)
    // the old space cannot read what the new one wrote
    await json(tonggan, 'index @coded.space @coded.csv --out @coded.index')
    const old = await tonggan('search @coded.index --space @items.space --text a')
    expect(old).toMatchObject({ status: 1, stderr: expect.stringContaining('expected an index of space') })
  })

  it('tells people of senses that were never a pair, in their language', async () => {
    const pictured = readFileSync(join(folder, 'coded.csv'), 'utf8')
      .split('\n')
      .map((line, k) => {
        const [id, split, label, , code] = line.split(',')
        return k === 0 ? 'id,split,label,code,image' : `${id},${split},${label},${code},shapes/${id}.svg`
      })
    writeFileSync(join(folder, 'pictured.csv'), pictured.join('\n'))
    const english = await tonggan('evaluate @coded.space @pictured.csv --report @emergent.html')
    expect(english.stdout).toMatch(/^code > image \(emergent\) /m)
    expect(english.stdout).toContain('Emergent: senses that were never fitted as a pair')
    expect(readFileSync(join(folder, 'emergent.html'), 'utf8')).toContain('image (emergent)')
    const chinese = await tonggan('evaluate @coded.space @pictured.csv --lang zh')
    expect(chinese.stdout).toMatch(/^code > image （涌现） /m)
    const { pairs } = await json(tonggan, 'evaluate @coded.space @pictured.csv')
    expect(pairs['code>image'].emergent).toBe(true)
  })

  it.each([
    ['extend @items.space @coded.csv --sense image', 2, 'does not have, received image'],
    ['extend @items.space @coded.csv --sense colour', 2, '--sense: expected a modality'],
    ['extend @items.space @coded.csv --hub audio', 2, 'extend: hub'],
    ['extend @items.space @coded.csv --seed -1', 2, '--seed'],
    ['extend @items.space @coded.csv --encoder text=builtin', 2, 'one of code, the sense to add'],
    ['extend @items.space @shapes/items.csv', 2, 'there is none'],
  ])('%j ends with %i', async (line, status, message) => {
    coded()
    expect(await tonggan(line)).toMatchObject({
      status,
      stdout: '',
      stderr: expect.stringContaining(message),
    })
  })
})

describe('wrong use and wrong input', () => {
  it.each([
    [
      'paint',
      2,
      'expected a command (fit, extend, adapt, evaluate, index, search, transfer, export, serve, doctor), received paint',
    ],
    ['serach x', 2, 'did you mean `tonggan search`?'],
    ['fit', 2, 'expected <table>, received nothing'],
    ['fit @shapes/items.csv --dims 8', 2, 'did you mean --dim?'],
    ['fit @shapes/items.csv --dim wide', 2, '--dim: expected a whole number of 2 or more, received wide'],
    ['fit @shapes/items.csv --senses smell', 2, 'smell'],
    ['fit @no.csv --dim 5000', 2, 'dim: expected a whole number from 2 to 2048, received 5000'],
    ['fit @no.csv', 1, 'no.csv'],
    ['evaluate @shapes @shapes/items.csv', 1, 'name the folder that a space was saved in'],
    ['evaluate @no.space @shapes/items.csv', 1, 'expected a folder, received none of that name'],
    [
      'evaluate @items.space @shapes/items.csv --split val',
      1,
      'expected val rows, received 90 train, 0 val, 30 test',
    ],
    ['evaluate @items.space @shapes/items.csv --report @shapes', 2, '--report'],
    ['evaluate @items.space @shapes/items.csv --lang fr', 2, '--lang: expected en or zh, received fr'],
    ['export @items.space --out @shapes/items.csv', 2, 'expected a folder, received a file'],
    ['index @items.space @no.png --out @none.index -q', 1, 'expected at least one item that can be read'],
    ['serve @items.space --port 70000', 2, 'expected a port from 0 to 65535, received 70000'],
    ['serve @items.space --host 0.0.0.0', 2, 'expected a token, since others can reach this address'],
    ['serve @items.space --index @shapes/items.csv', 1, 'expected an index of Tonggan'],
    ['search @items.index', 2, 'expected something to ask with'],
    ['search @items.index --text=', 2, '--text: expected a value, received nothing'],
    ['search @items.index --text a -k 0', 2, '-k: expected a whole number of 1 or more'],
    ['search @shapes/items.csv --text a', 1, 'expected an index of Tonggan, received bytes of another kind'],
    ['search @items.index --image @shapes/items.csv', 1, 'items.csv'],
    ['search @items.index --audio @shapes/items.csv', 1, 'expected text or image, received audio'],
  ])('%j ends with %i', async (line, status, message) => {
    const outcome = await tonggan(line)
    expect(outcome).toEqual({ status, stdout: '', stderr: expect.stringContaining(message) })
    expect(outcome.stderr).not.toContain('unexpected')
    expect(outcome.stderr).toMatch(/^tonggan(?!: tonggan)/m)
  })

  it('is one JSON object, too, where JSON was asked for', async () => {
    const { status, stdout } = await tonggan('fit @no.csv --json')
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      error: expect.objectContaining({
        code: 'missing-file',
        message: expect.any(String),
        path: located('@no.csv'),
      }),
    })
  })
})

describe('help and doctor', () => {
  it('helps in the language of the person', async () => {
    expect((await tonggan('')).stdout).toContain('tonggan fit <table>')
    expect((await tonggan('search --help --lang=zh')).stdout).toContain('用文字、图像、声音')
    expect((await tonggan('doctor --lang zh')).stdout).toContain('✓ 编码 image: builtin')
    expect((await tonggan('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('says what this machine can run, and what to do about the rest', async () => {
    const { parts } = JSON.parse((await tonggan('doctor --json')).stdout)
    expect(parts).toContainEqual(expect.objectContaining({ name: 'onnxruntime-web (wasm)', available: true }))
    expect(parts).toContainEqual(expect.objectContaining({ name: 'pictures', available: true }))
    for (const { available, remedy } of parts) if (!available) expect(remedy).toMatch(/\w{3}/)
  })

  it('asks a service whether it answers, and compares it with nothing', async () => {
    let isWidthKnown = false
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const data = [0, 1, 2].map((index) => ({ index, embedding: [index, 1] }))
        response.end(JSON.stringify({ data: data.slice(0, isWidthKnown ? 3 : 1) }))
        isWidthKnown = true
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const encoder = `text=service:url=http://127.0.0.1:${port}/v1,model=letters`
      const { status, stdout } = await tonggan(`doctor --encoder ${encoder}`)
      expect(stdout).toMatch(/✓ text service\/127\.0\.0\.1:\d+\/letters: answers \(2 numbers a text, \d/)
      expect(status).toBe(0)
    } finally {
      server.close()
    }
  })
})
