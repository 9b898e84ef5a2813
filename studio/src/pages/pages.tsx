// Every page, one line each: its name in the address, its title, and where its code is, loaded when first shown.

import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { attemptQuietly } from '../state/studio.ts'
import { dictionary } from '../words/language.ts'

interface PageEntry {
  /** `''` is the start page. */
  readonly name: string
  readonly title: () => string
  readonly load: () => Promise<ComponentType>
}

const titles = dictionary({
  en: { handshake: 'Handshake', map: 'Map', search: 'Search', fit: 'Fit', report: 'Report' },
  zh: { handshake: '握手', map: '地图', search: '检索', fit: '训练', report: '报告' },
})

export const pages: readonly PageEntry[] = [
  {
    name: '',
    title: () => titles().handshake,
    load: async () => (await import('./handshake/handshake-page.tsx')).HandshakePage,
  },
  { name: 'map', title: () => titles().map, load: async () => (await import('./map/map-page.tsx')).MapPage },
  {
    name: 'search',
    title: () => titles().search,
    load: async () => (await import('./search/search-page.tsx')).SearchPage,
  },
  { name: 'fit', title: () => titles().fit, load: async () => (await import('./fit/fit-page.tsx')).FitPage },
  {
    name: 'report',
    title: () => titles().report,
    load: async () => (await import('./report/report-page.tsx')).ReportPage,
  },
]

const loaded = new Map<string, ComponentType>()

/** A component that is the page once its code is there. The same one for the same page. */
export function lazyPage({ name, load }: PageEntry): ComponentType {
  const known = loaded.get(name)
  if (known) return known
  const code = load()
  const Page: ComponentType = () => {
    const [Loaded, setLoaded] = useState<ComponentType | undefined>(undefined)
    useEffect(() => {
      void attemptQuietly(() => code).then((page) => page && setLoaded(() => page))
    }, [])
    return Loaded ? <Loaded /> : <p class="soft">…</p>
  }
  loaded.set(name, Page)
  return Page
}
