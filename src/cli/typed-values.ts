// Options as the values that they stand for, each wrong one refused by name.

import { TongganError } from '../spec/errors.ts'
import type { Typed } from './command.ts'

/** The text of an option, or undefined. @throws TongganError `wrong-usage` for an empty one */
export function textOption({ options }: Typed, name: string): string | undefined {
  const value = options[name]
  if (typeof value !== 'string') return undefined
  if (value.trim() === '') throw wrongOption(name, 'a value', 'nothing')
  return value
}

/** A whole number of `least` or more. */
export function wholeOption(typed: Typed, name: string, least: number): number | undefined {
  const text = textOption(typed, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw wrongOption(name, `a whole number of ${least} or more`, text)
}

/** One of `allowed`. */
export function choiceOption<T extends string>(
  typed: Typed,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const text = textOption(typed, name)
  if (text === undefined || allowed.includes(text as T)) return text as T | undefined
  throw wrongOption(name, allowed.join(' or '), text)
}

/** `en` or `zh`, of whatever place (`zh-TW`). */
export function languageOption(typed: Typed): string | undefined {
  const text = textOption(typed, 'lang')
  if (text === undefined || /^(en|zh)\b/i.test(text.replace('_', '-'))) return text
  throw wrongOption('lang', 'en or zh', text)
}

/** Every value of an option that may be repeated. */
export function repeatedOption({ options }: Typed, name: string): readonly string[] | undefined {
  const values = options[name]
  return Array.isArray(values) ? values : undefined
}

/** Names with commas between them; the option may be repeated. */
export function namesOption(typed: Typed, name: string): string[] | undefined {
  const names = repeatedOption(typed, name)?.flatMap((value) => value.split(',').map((part) => part.trim()))
  if (names?.some((part) => part === ''))
    throw wrongOption(name, 'names with a comma between them', 'an empty one')
  return names
}

export function wrongOption(name: string, expected: string, received: string): TongganError {
  const dashes = name.length === 1 ? '-' : '--'
  return new TongganError('wrong-usage', { operation: `${dashes}${name}`, expected, received })
}
