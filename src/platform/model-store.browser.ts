// Downloaded models in the browser: its Cache Storage, where the page may use it (not on plain http, nor in some
// private windows); else nothing is kept and a model is downloaded again.

import type { HubSettings, ModelStore } from './model-store.ts'

export function openModelStore(name = 'tonggan-models'): ModelStore {
  const kept = new Map<string, Uint8Array>()
  const cache = () => globalThis.caches?.open(name).catch(() => undefined)
  const address = (path: string) => new URL(`/${name}/${path}`, globalThis.location?.href).href
  const read = async (path: string) => {
    const response = await (await cache())?.match(address(path))
    return response ? new Uint8Array(await response.arrayBuffer()) : kept.get(path)
  }
  return {
    name: `the browser's cache ${name}`,
    read,
    has: async (path) => (await (await cache())?.match(address(path))) !== undefined || kept.has(path),
    async write(path, parts) {
      const whole: Uint8Array<ArrayBuffer>[] = []
      for await (const part of parts) whole.push(part as Uint8Array<ArrayBuffer>)
      const blob = new Blob(whole)
      try {
        const open = await cache()
        if (!open) throw new Error('no cache')
        await open.put(address(path), new Response(blob))
      } catch {
        kept.set(path, new Uint8Array(await blob.arrayBuffer()))
      }
    },
  }
}

export function hubSettings(): HubSettings {
  return { endpoint: 'https://huggingface.co', offline: false }
}
