import { useEffect, useState } from 'react'

/**
 * When what calls this goes (a dialog that is shown by being there), focus goes back to what had it before it came,
 * unless that is gone too or the focus is elsewhere already.
 */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement)
  useEffect(() => {
    return () => {
      if (document.activeElement !== document.body) return
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [before])
}

/** Focus that fell into nothing, because what had it is gone, goes to `element`. */
export function catchFocus(element: HTMLElement | null): void {
  const active = document.activeElement
  if (active === null || active === document.body) element?.focus({ preventScroll: true })
}
