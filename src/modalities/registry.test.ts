import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../spec/errors.ts'
import { modalityNames } from '../spec/modality.ts'
import { encoderNames, makeEncoder } from './registry.ts'
import { textEncoder } from './text/text-encoder.ts'

const known = modalityNames.flatMap((modality) => encoderNames(modality).map((id) => ({ modality, id })))

describe('makeEncoder', () => {
  it.each(known)('makes $id again from its record', async ({ modality, id }) => {
    const encoder = await makeEncoder(modality, { id })
    const record = JSON.parse(JSON.stringify({ ...encoder }))
    expect(encoder).toMatchObject({ id, modality })
    expect((await makeEncoder(modality, record)).fingerprint).toBe(encoder.fingerprint)
    expect((await makeEncoder(modality, { id: 'builtin' })).id).toBe(`builtin/${modality}`)
  })

  it('tells parameters apart', async () => {
    const small = await makeEncoder('image', { id: 'builtin', parameters: { size: 32 } })
    expect(small.parameters).toMatchObject({ size: 32, colour: true })
    expect(small.fingerprint).not.toBe((await makeEncoder('image', { id: 'builtin' })).fingerprint)
  })

  const { fingerprint } = textEncoder()
  it.each([
    [{ id: 'klip' }, 'wrong-usage', 'expected builtin, clip, siglip'],
    [{ id: 'builtin/image' }, 'wrong-usage', 'e5, received builtin/image'],
    [
      { id: 'builtin/text', parameters: { rows: 1 } },
      'wrong-usage',
      'expected parameters columns, received rows',
    ],
    [{ id: 'builtin/text', parameters: { toString: 1 } }, 'wrong-usage', 'received toString'],
    [{ id: 'npy', fingerprint }, 'encoder-mismatch', 'give the encoder that the space was fitted with'],
    [
      { id: 'builtin/text', fingerprint: 'f'.repeat(32) },
      'encoder-mismatch',
      'expected builtin/text ffffffff',
    ],
    [
      { id: 'builtin/text', fingerprint, parameters: { columns: 256 } },
      'encoder-mismatch',
      fingerprint.slice(0, 8),
    ],
  ] as const)('refuses %o', async (record, code: ErrorCode, message) => {
    await expect(makeEncoder('text', record)).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  it('has one for each modality, and none of another modality', async () => {
    for (const modality of modalityNames) expect(encoderNames(modality)).toEqual([`builtin/${modality}`])
    await expect(makeEncoder('video', { id: 'builtin/image' })).rejects.toThrow('expected builtin')
  })
})
