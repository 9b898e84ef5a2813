// What a subcommand is: its words, its options, and a function from what was typed to a result that is shown either
// to people or as JSON. Commands print nothing themselves.

import type { Problem } from '../spec/dataset.ts'
import type { LongCall } from '../spec/progress.ts'
import type { Bilingual, Language } from './language.ts'

export interface Option {
  /** Typed as `--name`. */
  readonly name: string
  /** Typed as `-s`. */
  readonly short?: string
  /** What its value is called in the help; absent: a switch without a value. */
  readonly value?: string
  /** May be typed more than once. */
  readonly repeated?: boolean
  readonly help: Bilingual
}

export interface Command {
  readonly name: string
  readonly summary: Bilingual
  /** Required words after the name, as the help shows them; the last may end in `…`: one or more. */
  readonly parameters: readonly string[]
  readonly options: readonly Option[]
  readonly example: string
  run(typed: Typed, context: Context): Promise<Result>
}

/** What was typed after a command's name. */
export interface Typed {
  readonly parameters: readonly string[]
  /** Values by option name; a switch is `true`, a repeated option an array. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

/** What a command may use besides what was typed. */
export interface Context extends LongCall {
  readonly language: Language
  /** Cells a line of the terminal, where there is one. */
  readonly width?: number
  /** Hears what was left out as soon as it is known, so that it is told even where later work fails. */
  readonly onProblems: (problems: readonly Problem[]) => void
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Writes a line to standard error; absent where nothing is to be said. */
  readonly log?: (line: string) => void
}

export interface Result {
  /** The one JSON object of `--json`. */
  readonly json: Readonly<Record<string, unknown>>
  /** The same for people. */
  readonly text: string
  /** Default 0. */
  readonly exitStatus?: number
  /** For a command that goes on after its result is shown, such as a server: settles when it is over. */
  readonly ended?: Promise<void>
}
