// `/` goes to the search box from anywhere but a field that one types in.

import { go, pageName } from './route.ts'

/** The search box of the search page carries this id. */
export const searchBoxId = 'search-box'

export function focusSearchOnSlash(): void {
  addEventListener('keydown', (event) => {
    const { target, key, ctrlKey, metaKey, altKey } = event
    if (key !== '/' || ctrlKey || metaKey || altKey || event.isComposing || isField(target)) return
    event.preventDefault()
    if (pageName.value !== 'search' && !document.getElementById(searchBoxId)) go('search')
    focusWhenThere()
  })
}

/** The page may still be on its way. */
function focusWhenThere(tries = 60): void {
  const box = document.getElementById(searchBoxId)
  if (box) box.focus()
  else if (tries > 0) requestAnimationFrame(() => focusWhenThere(tries - 1))
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
