// What `--encoder sense=NAME[:key=value,…]` asks for.

import { type ModalityName, modalityOfView } from '../spec/modality.ts'
import { wrongOption } from './typed-values.ts'

/** `image=builtin:size=32,colour=false` or `text=hub:model=./minilm,dtype=q8`: values are read as JSON where they are, else as text. */
export function parseEncoderOption(text: string): {
  sense: string
  modality: ModalityName
  id: string
  parameters: Record<string, unknown>
} {
  const [, sense, id, list = ''] = /^([^=:]+)=([^:=]+)(?::(.*))?$/.exec(text) ?? []
  const modality = modalityOfView(sense ?? '')
  if (!modality) throw wrongOption('encoder', 'SENSE=NAME or SENSE=NAME:KEY=VALUE,…', text)
  const parameters: Record<string, unknown> = {}
  for (const part of list.split(',').filter(Boolean)) {
    const [key, ...value] = part.split('=')
    if (value.length === 0) throw wrongOption('encoder', 'KEY=VALUE after the colon', part)
    parameters[key.trim()] = parseValue(value.join('='))
  }
  return { sense, modality, id, parameters }
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
