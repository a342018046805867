import { useEffect, useRef } from 'react'

/** Ctrl-Enter or Cmd-Enter, from within any field. */
export function useSubmitKeys(submit: () => void): void {
  const held = useRef(submit)
  held.current = submit
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return
      if (document.querySelector('[role=dialog]')) return
      event.preventDefault()
      held.current()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
