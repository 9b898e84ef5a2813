// What a person prefers, kept in this browser: the language (first: the browser's) and the theme (first: the system's).

import { effect, signal } from '@preact/signals'
import type { Language } from 'tonggan'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const language = signal<Language>(kept<Language>('language', ['en', 'zh']) ?? ofBrowser())
export const theme = signal<Theme>(kept<Theme>('theme', themes) ?? 'system')

/** Keeps them, and tells the document. Called once, when the studio starts. */
export function applyPreferences(): void {
  effect(() => {
    document.documentElement.lang = language.value === 'zh' ? 'zh-Hans' : 'en'
    keep('language', language.value)
  })
  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme.value
    keep('theme', theme.value)
  })
}

function ofBrowser(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

function kept<Value extends string>(name: string, allowed: readonly Value[]): Value | undefined {
  try {
    return allowed.find((value) => value === localStorage.getItem(`tonggan-${name}`))
  } catch {
    return undefined // a browser that keeps nothing for pages
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`tonggan-${name}`, value)
  } catch {
    // the preference then lasts as long as the page
  }
}
