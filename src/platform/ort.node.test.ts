import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeEngines, openOrtSession } from './ort.node.ts'
import { tinyModel } from './ort-probe.ts'

const remedy = 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node'

/** What a script prints in a Node in which `onnxruntime-node` cannot be imported. */
async function withoutNative(script: string): Promise<{ printed: unknown; stderr: string }> {
  const hide = `import { registerHooks } from 'node:module'
    registerHooks({ resolve(name, context, next) {
      if (name === 'onnxruntime-node') throw new Error('not installed')
      return next(name, context)
    } })`
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
  const imports = `import { describeEngines, openOrtSession } from ${url('./ort.node.ts')}
    import { tinyModel } from ${url('./ort-probe.ts')}`
  const folder = await mkdtemp(join(tmpdir(), 'tonggan-engines-'))
  const file = join(folder, 'script.mjs')
  await writeFile(file, `${imports}\n${script}`)
  const switches = [
    '--conditions=tonggan-source',
    `--import=data:text/javascript,${encodeURIComponent(hide)}`,
  ]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...switches, file])
  await rm(folder, { recursive: true })
  return { printed: JSON.parse(stdout), stderr }
}

describe('without onnxruntime-node', () => {
  test('Node runs on WASM, with one warning that names the remedy', async () => {
    const { printed, stderr } = await withoutNative(`
      const sessions = [await openOrtSession(tinyModel()), await openOrtSession(tinyModel())]
      const { y } = await sessions[0].run({ x: { type: 'float32', dims: [1], data: Float32Array.of(3) } })
      console.log(JSON.stringify([...sessions.map(({ engine, device }) => [engine, device]), y.data[0]]))`)
    expect(printed).toEqual([['onnxruntime-web', 'wasm'], ['onnxruntime-web', 'wasm'], 3])
    expect(stderr.split(remedy)).toHaveLength(2)
  })

  test('asking for it is refused with the remedy, asking for WASM warns of nothing', async () => {
    const { printed, stderr } = await withoutNative(`
      const refused = await openOrtSession(tinyModel(), { engine: 'onnxruntime-node' }).catch((error) => error)
      const session = await openOrtSession(tinyModel(), { engine: 'onnxruntime-web' })
      const engines = await describeEngines()
      console.log(JSON.stringify([refused.code, refused.message, session.engine, engines[0]]))`)
    const [code, message, engine, native] = printed as [string, string, string, object]
    expect(code).toBe('missing-peer')
    expect(message).toContain(remedy)
    expect(engine).toBe('onnxruntime-web')
    expect(native).toMatchObject({ available: false, remedy: expect.stringContaining(remedy) })
    expect(stderr).toBe('')
  })
})

test('describeEngines says what runs here, and a remedy for what does not', async () => {
  const engines = await describeEngines()
  expect(engines.map(({ engine, device }) => `${engine} ${device}`)).toEqual([
    'onnxruntime-node cpu',
    'onnxruntime-node webgpu',
    'onnxruntime-web wasm',
  ])
  for (const { engine, device, available, remedy: wayOut, version } of engines) {
    expect(available).toBe(wayOut === undefined)
    if (!available) continue
    expect(version).toMatch(/^\d+\.\d+\.\d+/)
    const session = await openOrtSession(tinyModel(), { engine, device })
    expect(
      (await session.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(-3) } })).y.data[0],
    ).toBe(0)
    await session.close()
  }
})

test.each([
  ['onnxruntime-node', 'wasm', 'expected device cpu or webgpu, received wasm'],
  ['onnxruntime-web', 'webgpu', 'expected device wasm (in Node), received webgpu'],
  ['onnxruntime-web', 'cpu', 'expected device wasm (in Node), received cpu'],
] as const)('%s on %s is refused', async (engine, device, message) => {
  await expect(openOrtSession(tinyModel(), { engine, device })).rejects.toThrow(message)
})

test('bytes that are no model are an engine error with its cause', async () => {
  await expect(openOrtSession(new Uint8Array(10))).rejects.toMatchObject({
    code: 'engine-failed',
    cause: expect.any(Error),
  })
})

test('a session leaves the arithmetic of JavaScript alone (flushing denormals to zero would reach it)', async () => {
  const session = await openOrtSession(tinyModel())
  await session.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(1) } })
  await session.close()
  const smallest = Number.MIN_VALUE
  expect((smallest * 4) / 2).toBe(2 * smallest)
  expect(smallest * 4).toBeGreaterThan(0)
})
