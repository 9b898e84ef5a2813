// Which engine answers: the server that sent the page, where it says in the page that it does, else one in this browser.

import { TongganClient } from 'tonggan/client'
import { LocalEngine } from './local-engine.ts'
import { ServedEngine } from './served-engine.ts'
import type { StudioEngine } from './studio-engine.ts'

/** @throws TongganError `unauthorised` where the server asks for a token, or for another one */
export async function openEngine(token?: string): Promise<StudioEngine> {
  const server = document.querySelector<HTMLMetaElement>('meta[name="tonggan-engine"]')?.content
  if (server !== 'server') return new LocalEngine()
  return ServedEngine.open(new TongganClient(location.origin, { token, fetch: outliving }))
}

/** As `fetch`; what cancels a job arrives even where the page is just being left. */
const outliving: typeof fetch = (address, request) =>
  fetch(address, { ...request, keepalive: request?.method === 'DELETE' })
