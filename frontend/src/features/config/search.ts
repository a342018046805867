import { one, oneOf, present, type RawSearch } from '../../routing/search'

export interface EditorSearch {
  /** The experiment that is chosen (new instance). */
  experiment?: string
  /** Start from this instance (clone). */
  instance?: string
  /** Start from this run's frozen config. */
  run?: string
  view?: 'form' | 'json'
}

export function parseEditorSearch(raw: RawSearch): EditorSearch {
  return present({
    experiment: one(raw.experiment),
    instance: one(raw.instance),
    run: one(raw.run),
    view: oneOf(raw.view, ['form', 'json']),
  })
}
