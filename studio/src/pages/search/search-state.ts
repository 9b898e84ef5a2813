// What is asked and what was found. The words, what is wanted and how stand in the address, so that a search can be kept,
// sent and gone back to; files that are asked with live as long as the page. Whatever changes asks anew, and the answer
// that came too late is dropped.

import { computed, effect, signal } from '@preact/signals'
import { type ModalityName, TongganError, type ViewName } from 'tonggan'
import type { Found } from '../../engine/studio-engine.ts'
import { go, goInstead, pageName, pageParameters } from '../../state/route.ts'
import { engine, space } from '../../state/studio.ts'
import { nameOfView } from '../../words/common.ts'
import { type AskedWith, askedWithFile } from './asked-with.ts'
import { say } from './search-words.ts'

/** Hits of one view, or of all together. */
export interface Group extends Found {
  readonly view?: ViewName
  /** Searchable items that it is chosen from. */
  readonly gallery: number
}

export type Answer =
  | { readonly state: 'nothing asked' }
  | { readonly state: 'failed'; readonly code: string; readonly message: string }
  /** `hash`: of the space whose items these are; their positions are another's in another. */
  | { readonly state: 'found'; readonly hash: string; readonly groups: readonly Group[] }

/** The words in the box, which reach the address a little later. */
export const typed = signal('')
export const askedWith = signal<readonly AskedWith[]>([])
export const answer = signal<Answer>({ state: 'nothing asked' })
/** An answer is on its way; the one before stays as long. */
export const isSearching = signal(false)
/** What is wrong with a file or with the microphone, shown beside the box. */
export const complaint = signal<string | undefined>(undefined)

/** Results of each sense, or of all together, that one may choose. */
export const counts = [6, 12, 24, 48] as const
const typingMs = 180

/** What the address says. */
const asked = computed(() => {
  const parameters = pageParameters.value
  const like = parameters.get('like')
  const k = Number(parameters.get('k'))
  return {
    words: parameters.get('q') ?? '',
    like: like !== null && /^\d+$/.test(like) ? Number(like) : undefined,
    want: (parameters.get('want') ?? '').split(',').filter(Boolean) as ViewName[],
    k: counts.find((count) => count === k) ?? counts[0],
    isMixed: parameters.get('order') === 'mixed',
  }
})
export const like = computed(() => asked.value.like)
export const want = computed(() => asked.value.want)
export const k = computed(() => asked.value.k)
export const isMixed = computed(() => asked.value.isMixed)

export const senses = computed<readonly ModalityName[]>(
  () => space.value?.senses.map(({ name }) => name) ?? [],
)
/** Views that have items, and how many. */
export const searchable = computed(
  () => space.value?.senses.flatMap(({ views }) => views).filter(({ items }) => items > 0) ?? [],
)

type Change = Partial<{ words: string; like: number; want: readonly ViewName[]; k: number; isMixed: boolean }>

/** Changes the address. What is not named stays, but words and an item to be like put each other out. */
export function ask(change: Change, { asNew = true }: { asNew?: boolean } = {}): void {
  const { words, like, want, k, isMixed } = {
    ...asked.value,
    ...(change.words !== undefined && { like: undefined }),
    ...(change.like !== undefined && { words: '' }),
    ...change,
  }
  const parameters = {
    ...(words !== '' && { q: words }),
    ...(like !== undefined && { like: String(like) }),
    ...(want.length > 0 && { want: want.join(',') }),
    ...(k !== counts[0] && { k: String(k) }),
    ...(isMixed && { order: 'mixed' }),
  }
  if (asNew) go('search', parameters)
  else goInstead('search', parameters)
}

let typing: ReturnType<typeof setTimeout> | undefined
/** Whether what the address asks was meant to be kept: then new words are a new entry of the history. */
let isSettled = false

/** Words as they are typed; not while an input method is still composing them. */
export function type(words: string): void {
  typed.value = words
  clearTimeout(typing)
  typing = setTimeout(() => commit(false), typingMs)
}

/** @param settled whether the person said that these are the words: with Enter, or by leaving the box */
export function commit(settled: boolean): void {
  clearTimeout(typing)
  const words = typed.value.trim()
  if (words !== asked.value.words) {
    ask({ words }, { asNew: isSettled })
    isSettled = false
  }
  if (settled) isSettled = true
}

export function addAsked(item: AskedWith): void {
  complaint.value = undefined
  if (!senses.value.includes(item.sense)) {
    complaint.value = say().senseMissing(nameOfView(item.sense))
    return
  }
  // one of a sense, as in a query of the library
  askedWith.value = [...askedWith.value.filter(({ sense }) => sense !== item.sense), item]
  if (like.value !== undefined) ask({ words: typed.value.trim() })
}

export function removeAsked(item: AskedWith): void {
  askedWith.value = askedWith.value.filter((other) => other !== item)
}

export async function addFiles(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    const item = await askedWithFile(file, senses.value).catch(() => undefined)
    if (item) addAsked(item)
    else complaint.value = say().wrongFile(file.name)
  }
}

/** Asks for more like an item of the index, of one view or of any. */
export function askLike(position: number, view?: ViewName): void {
  askedWith.value = []
  isSettled = true
  ask({ like: position, want: view ? [view] : [] })
}

/** Asks whenever something changes, as long as the page is shown. @returns a function that ends it */
export function keepAsking(): () => void {
  let stop = new AbortController()
  const ends = [
    effect(() => {
      const { words } = asked.value
      if (pageName.value === 'search' && words !== typed.peek().trim()) typed.value = words
    }),
    effect(() => {
      stop.abort()
      stop = new AbortController()
      if (pageName.value === 'search' && space.value) void search(stop.signal)
    }),
  ]
  return () => {
    stop.abort()
    for (const end of ends) end()
  }
}

async function search(signal: AbortSignal): Promise<void> {
  const { words, like, want, k, isMixed } = asked.value
  const { hash } = space.value!
  const files = askedWith.value
  const views = searchable.value
  const sense = senses.value.includes('text') ? 'text' : 'code'
  const query = {
    ...(words !== '' && { [sense]: words }),
    ...Object.fromEntries(files.map(({ sense, blob }) => [sense, blob])),
  }
  isSearching.value = like !== undefined || Object.keys(query).length > 0
  if (!isSearching.peek()) {
    answer.value = { state: 'nothing asked' }
    return
  }
  const wanted = views.filter(
    ({ name }) => want.length === 0 || want.some((view) => name === view || name.startsWith(`${view}.`)),
  )
  const find = (names: readonly ViewName[]) => {
    const options = { want: names, k, signal }
    return like === undefined ? engine.value!.search(query, options) : engine.value!.similar(like, options)
  }
  try {
    const groups = isMixed
      ? [
          {
            gallery: wanted.reduce((sum, { items }) => sum + items, 0),
            ...(await find(wanted.map(({ name }) => name))),
          },
        ]
      : await Promise.all(
          wanted.map(async ({ name, items }) => ({ view: name, gallery: items, ...(await find([name])) })),
        )
    if (!signal.aborted) answer.value = { state: 'found', hash, groups }
  } catch (error) {
    if (signal.aborted) return
    if (!(error instanceof TongganError)) console.error(error)
    const { message } = error as Error
    const code = error instanceof TongganError ? error.code : 'unexpected'
    answer.value = { state: 'failed', code, message }
  } finally {
    if (!signal.aborted) isSearching.value = false
  }
}
