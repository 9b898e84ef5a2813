// The frame around every page: header, what went wrong, the page itself. `/` goes to the search box from anywhere.

import type { ComponentType } from 'preact'
import { Button } from './look/parts.tsx'
import { lazyPage, pages } from './pages/pages.tsx'
import { language, theme, themes } from './state/preferences.ts'
import { addressOf, pageName } from './state/route.ts'
import { asksForToken } from './state/session.ts'
import { runtime, space, trouble } from './state/studio.ts'
import { TokenForm } from './token-form.tsx'
import { common } from './words/common.ts'
import { dictionary } from './words/language.ts'

const say = dictionary({
  en: {
    skip: 'skip to the page',
    pages: 'pages',
    threads: (n: number) => `${n} ${n === 1 ? 'thread' : 'threads'}`,
    browser: 'in this browser',
    server: 'on the server',
    language: '中文',
    languageLabel: '切换为中文',
    theme: { system: 'theme: as the system', light: 'theme: light', dark: 'theme: dark' },
  },
  zh: {
    skip: '跳到页面内容',
    pages: '页面',
    threads: (n) => `${n} 线程`,
    browser: '在此浏览器中',
    server: '在服务器上',
    language: 'English',
    languageLabel: 'switch to English',
    theme: { system: '主题：跟随系统', light: '主题：浅色', dark: '主题：深色' },
  },
})

const themeMarks = { system: '◐', light: '☀', dark: '☾' } as const

export function Shell() {
  const current = pages.find(({ name }) => name === pageName.value) ?? pages[0]
  const Page: ComponentType = lazyPage(current)
  return (
    <>
      <button type="button" class="skip button" onClick={() => document.getElementById('main')?.focus()}>
        {say().skip}
      </button>
      <header class="shell-header">
        <a class="brand" href={addressOf('')} lang="zh-Hans">
          通<span class="warm">感</span> Tong<span class="cool">gan</span>
        </a>
        <nav aria-label={say().pages}>
          <ul class="pages">
            {pages.map((page) => (
              <li key={page.name}>
                <a href={addressOf(page.name)} aria-current={page === current ? 'page' : undefined}>
                  {page.title()}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Facts />
      </header>
      <main id="main" class="shell-main" tabIndex={-1}>
        <Trouble />
        {asksForToken.value === 'no' ? <Page /> : <TokenForm />}
      </main>
    </>
  )
}

function Facts() {
  const nextTheme = themes[(themes.indexOf(theme.value) + 1) % themes.length]
  return (
    <div class="facts">
      <span class="pill number">
        {space.value ? `${space.value.name} · ${space.value.dim}-d` : common().nothingOpen}
      </span>
      {runtime.value && <RuntimeFact />}
      <Button
        kind="plain"
        lang={language.value === 'en' ? 'zh-Hans' : 'en'}
        aria-label={say().languageLabel}
        onClick={() => {
          language.value = language.value === 'en' ? 'zh' : 'en'
        }}
      >
        {say().language}
      </Button>
      <Button
        kind="plain"
        aria-label={say().theme[theme.value]}
        title={say().theme[theme.value]}
        onClick={() => {
          theme.value = nextTheme
        }}
      >
        {themeMarks[theme.value]}
      </Button>
    </div>
  )
}

function RuntimeFact() {
  const { device, threads, where } = runtime.value!
  const name = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'CPU' }[device]
  return (
    <span class="number" title={where === 'browser' ? say().browser : say().server}>
      {name}
      {threads !== undefined && ` · ${say().threads(threads)}`}
    </span>
  )
}

function Trouble() {
  if (trouble.value === undefined) return <div role="alert" />
  return (
    <div role="alert" class="notice">
      <p>{trouble}</p>
      <Button
        kind="plain"
        onClick={() => {
          trouble.value = undefined
        }}
      >
        {common().close}
      </Button>
    </div>
  )
}
