// Classes by their names: each name in each sentence of a list, through the text encoder and into the space, averaged
// (prompt ensembling, Radford et al., "Learning transferable visual models from natural language supervision", 2021,
// §3.1.4). English and Chinese stand side by side, since names may be of either.

import { type Matrix, matrix, normaliseRows } from '../math/matrix.ts'
import { makeEncoder } from '../modalities/registry.ts'
import { requireEncoder } from '../space/embed-view.ts'
import type { Encoder } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import type { LongCall } from '../spec/progress.ts'
import type { Space } from '../spec/space.ts'
import type { ResolvedTransfer, TransferOptions } from './transfer-options.ts'

/** The name alone first: tables often have bare names, and a space knows best what it was fitted on. */
export const defaultTemplates: readonly string[] = [
  '{}',
  'a picture of {}',
  'the sound of {}',
  'this is {}',
  '{}的图片',
  '{}的声音',
  '这是{}',
]

/**
 * One unit row a class, `[classes, dim]`; undefined where no names were given and the space has no text, or its encoder of text is
 * not to be had here.
 *
 * @throws TongganError `bad-space` where names were given to a space without text, `wrong-usage` for a class without
 * a name, `encoder-mismatch`
 */
export async function embedClassNames(
  space: Space,
  classes: readonly string[],
  { names, templates }: Pick<ResolvedTransfer, 'names' | 'templates'>,
  given: TransferOptions['textEncoder'],
  call: LongCall,
): Promise<Matrix | undefined> {
  const encoder = await textEncoderOf(space, names !== undefined, given, call)
  if (!encoder) return undefined
  const rows = matrix(classes.length, space.dim)
  try {
    for (const [c, label] of classes.entries()) {
      const own = [names?.[label] ?? (names ? [] : label)].flat()
      if (own.length === 0) throw nameless(label, names)
      const sentences = own.flatMap((name) => templates.map((template) => template.replaceAll('{}', name)))
      const items = await Promise.all(sentences.map((words) => encoder.decode({ kind: 'words', words })))
      const embeddings = await space.embed('text', await encoder.encode(items)) // [sentences, dim]
      embeddings.forEach((value, i) => {
        rows.data[c * space.dim + (i % space.dim)] += value
      })
    }
  } finally {
    if (!given) await encoder.close()
  }
  return normaliseRows(rows)
}

async function textEncoderOf(
  space: Space,
  isWanted: boolean,
  given: Encoder | undefined,
  call: LongCall,
): Promise<Encoder | undefined> {
  const text = space.modalities.find(({ name }) => name === 'text')
  if (!text) {
    if (!isWanted) return undefined
    throw new TongganError('bad-space', {
      operation: 'embed the names of classes',
      expected: 'a space with text among its senses',
      received: space.modalities.map(({ name }) => name).join(', '),
      remedy: 'leave the names out, or fit a space with text',
    })
  }
  if (given) requireEncoder(space, 'text', given)
  if (given) return given
  return makeEncoder('text', text.encoder, call).catch((error) => {
    const isMissing = error instanceof TongganError && error.code !== 'cancelled'
    if (isMissing && !isWanted) return undefined
    throw error
  })
}

function nameless(label: string, names: ResolvedTransfer['names']): TongganError {
  return new TongganError('wrong-usage', {
    operation: 'transfer: names',
    expected: `a name for each class`,
    received: `none for ${label} among ${Object.keys(names ?? {}).length} names`,
    remedy: 'add it, or leave the names out to use the labels themselves',
  })
}
