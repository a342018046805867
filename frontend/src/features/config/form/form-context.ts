import type { Registry } from '@rjsf/utils'
import { createContext, use, useCallback, useSyncExternalStore } from 'react'
import type { ConfigState } from '../config-state'
import type { Schema } from '../verdict/json-types'

export interface FormParts {
  state: ConfigState
  /** The schema that references in fields lead into. */
  root: Schema
  /** react-jsonschema-form's: the fields by name, and its reading of conditional schemas. */
  registry: Registry
}

export const FormContext = createContext<FormParts | null>(null)

export function useFormParts(): FormParts {
  const parts = use(FormContext)
  if (parts === null) throw new Error('FormContext is missing')
  return parts
}

/** The value at a place; renders anew only when it changes. */
export function useValue(path: string): unknown {
  const { state } = useFormParts()
  return useSyncExternalStore(
    state.subscribe,
    useCallback(() => state.at(path), [state, path]),
  )
}

export function useFaults(path: string): readonly string[] {
  const { state } = useFormParts()
  return useSyncExternalStore(
    state.subscribe,
    useCallback(() => state.shownAt(path), [state, path]),
  )
}

/** What every field of ours is given. */
export interface PlaceProps {
  path: string
  /** References resolved. */
  schema: Schema
  label: string
  isRequired: boolean
  /** It is an item of a list or an entry of a table: it cannot be absent, only removed by its owner. */
  isItem: boolean
}

export function fieldId(path: string): string {
  return `config${path}`
}

/** For the control: its id, and whether something is wrong with it. What explains it is said by its row. */
export function controlProps(path: string, hasFaults: boolean) {
  return { id: fieldId(path), error: hasFaults }
}
