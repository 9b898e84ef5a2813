// A modality is a channel of sense; a view is one of several columns of one modality (`text.zh`).
// Views of one modality share its encoder and its projection.

/** The modalities that a table may have columns for. */
export const modalityNames = ['text', 'image', 'audio', 'video', 'motion', 'code'] as const

/** A channel of sense. */
export type ModalityName = (typeof modalityNames)[number]

/** `text`, `text.zh`, `image.fluent`: a modality, optionally a dot and the view's own name. */
export type ViewName = string

export function isModalityName(name: string): name is ModalityName {
  return (modalityNames as readonly string[]).includes(name)
}

/** The modality of a view, or undefined where the column is not one. `text.zh` → `text`. */
export function modalityOfView(view: ViewName): ModalityName | undefined {
  const modality = view.split('.', 1)[0]
  return isModalityName(modality) ? modality : undefined
}
