import { useCallback, useRef, useSyncExternalStore } from 'react'
import type { FieldError } from '../../../api/types'
import { useFormParts } from './form-context'

/** What may be said about a place and everything in it; the same list while nothing in it changes. */
export function useShownWithin(path: string): FieldError[] {
  const { state } = useFormParts()
  const held = useRef<FieldError[]>([])
  return useSyncExternalStore(
    state.subscribe,
    useCallback(() => {
      const now = state.shownWithin(path)
      const isSame =
        now.length === held.current.length &&
        now.every((each, index) => {
          const before = held.current[index]
          return each.path === before?.path && each.message === before.message
        })
      if (!isSame) held.current = now
      return held.current
    }, [state, path]),
  )
}
