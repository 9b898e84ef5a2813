// The small parts that all pages are made of.

import type { ButtonHTMLAttributes, ComponentChildren, HTMLAttributes } from 'preact'

export function Card({
  title,
  note,
  children,
  ...rest
}: { title?: ComponentChildren; note?: ComponentChildren; children?: ComponentChildren } & Omit<
  HTMLAttributes<HTMLElement>,
  'title'
>) {
  return (
    <section class="card" {...rest}>
      {title !== undefined && (
        <header>
          <h2>{title}</h2>
          {note !== undefined && <span class="soft number">{note}</span>}
        </header>
      )}
      {children}
    </section>
  )
}

/** `main`: the one thing to do next; `plain`: without a frame. */
export function Button({
  kind,
  children,
  ...rest
}: { kind?: 'main' | 'plain'; children?: ComponentChildren } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" class="button" data-kind={kind} {...rest}>
      {children}
    </button>
  )
}

/** A share of 0 to 1 as a bar, beside its number: the bar says nothing to readers of the screen. */
export function Meter({ value }: { value: number }) {
  const share = Math.min(1, Math.max(0, value))
  return (
    <span class="meter" aria-hidden="true">
      <span style={{ inlineSize: `${100 * share}%` }} />
    </span>
  )
}
