// How the studio comes to its engine: at once, or after a person has given the token that a server asks for. The token is
// kept as long as the browser's tab.

import { signal } from '@preact/signals'
import { TongganError } from 'tonggan'
import { openEngine } from '../engine/open-engine.ts'
import { attempt, useEngine } from './studio.ts'

/** Whether the server asks for a token; `wrong` once one was given that it does not take. */
export const asksForToken = signal<'no' | 'yes' | 'wrong'>('no')

const key = 'tonggan-token'

/** @param token as a person gave it; default: the one that is kept */
export async function startEngine(token?: string): Promise<void> {
  await attempt(async () => {
    try {
      await useEngine(await openEngine(token ?? kept()))
      asksForToken.value = 'no'
      if (token !== undefined) keep(token)
    } catch (error) {
      if (!(error instanceof TongganError && error.code === 'unauthorised')) throw error
      asksForToken.value = token === undefined ? 'yes' : 'wrong'
    }
  })
}

function kept(): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined
  } catch {
    return undefined // a browser that keeps nothing for pages
  }
}

function keep(token: string): void {
  try {
    sessionStorage.setItem(key, token)
  } catch {
    // then it is asked for again
  }
}
