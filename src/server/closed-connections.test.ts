import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { TongganClient } from './client/client.ts'

/** A server that closes the connection of the first request without an answer, and answers those that follow. */
async function serveAfterClosing(): Promise<{ client: TongganClient; asked: string[] }> {
  const asked: string[] = []
  const server = createServer(({ method, socket }, response) => {
    asked.push(String(method))
    if (asked.length === 1) socket.destroy()
    else response.end('{}')
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { client: new TongganClient(`http://127.0.0.1:${port}`), asked }
}

test('what only reads is asked again when its connection closes', async () => {
  const { client, asked } = await serveAfterClosing()
  await client.spaces()
  expect(asked).toEqual(['GET', 'GET'])
})

test('what may change something is not', async () => {
  const { client, asked } = await serveAfterClosing()
  await expect(client.embed('space', { items: [{ text: 'word' }] })).rejects.toMatchObject({
    code: 'unexpected',
  })
  expect(asked).toEqual(['POST'])
})
