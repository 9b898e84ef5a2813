// Which page is shown: the address's hash (`#/map?space=…`), so that the studio works as static files under any address.

import { computed, signal } from '@preact/signals'

const hash = signal(location.hash)
addEventListener('hashchange', () => {
  hash.value = location.hash
})

const parts = computed(() => new URL(hash.value.replace(/^#\/?/, ''), 'studio:/'))

/** `''` is the start page. */
export const pageName = computed(() => parts.value.pathname.replace(/^\//, ''))

/** What stands after `?` in the hash, e.g. the pair to show. */
export const pageParameters = computed(() => parts.value.searchParams)

/** @example go('report', { pair: 'image>text' }) */
export function go(page: string, parameters: Readonly<Record<string, string>> = {}): void {
  location.hash = addressOf(page, parameters)
}

/** As `go`, in the place of the address that is shown: going back passes it over. */
export function goInstead(page: string, parameters: Readonly<Record<string, string>> = {}): void {
  history.replaceState(null, '', addressOf(page, parameters))
  hash.value = location.hash
}

export function addressOf(page: string, parameters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(parameters).toString()
  return `#/${page}${query && `?${query}`}`
}
