import { expect, it, vi } from 'vitest'
import { readMultipart } from './multipart.ts'

const part = (boundary: string, name: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\nwords\r\n`
const bodyOf = (boundary: string, parts: number) => {
  const all = Array.from({ length: parts }, (_, k) => part(boundary, String(k)))
  return new Uint8Array(Buffer.from(`${all.join('')}--${boundary}--\r\n`))
}

it.each([
  ['b', 'multipart/form-data; boundary=b'],
  ['a b:c', 'multipart/form-data; charset=utf-8; boundary="a b:c"'],
])('reads as many parts as it may: boundary %s', async (boundary, type) => {
  const names = (await readMultipart(bodyOf(boundary, 3), type, 3)).map(([name]) => name)
  expect(names).toEqual(['0', '1', '2'])
  for (const parts of [4, 5, 50])
    await expect(readMultipart(bodyOf(boundary, parts), type, 3)).rejects.toMatchObject({ code: 'too-large' })
})

it('refuses too many without reading them, whatever a header that came twice says', async () => {
  const read = vi.spyOn(Response.prototype, 'formData')
  const many = bodyOf('b', 100)
  const type = 'multipart/form-data; boundary=b'
  await expect(readMultipart(many, type, 3)).rejects.toMatchObject({ code: 'too-large' })
  expect(read).not.toHaveBeenCalled()
  read.mockRestore()
  const twice = 'multipart/form-data; boundary=a, multipart/form-data; boundary=b'
  await expect(readMultipart(many, twice, 3)).rejects.toMatchObject({ code: 'wrong-usage' })
})

it.each([
  'multipart/form-data',
  'multipart/form-data; boundary=""',
  'multipart/form-data; boundary="a\\"b"',
  `multipart/form-data; boundary=${'b'.repeat(71)}`,
  ';',
])('refuses %s', async (type) => {
  await expect(readMultipart(bodyOf('b', 1), type, 3)).rejects.toMatchObject({ code: 'wrong-usage' })
})
