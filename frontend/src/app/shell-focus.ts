import { useRouter } from '@tanstack/react-router'
import { type RefObject, useEffect, useRef } from 'react'

/** After a step to another page focus is at its beginning, unless the page has put it somewhere itself. */
export function useMainFocus(): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null)
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (fromLocation === undefined || !pathChanged) return
        if (document.querySelector('[aria-modal="true"]') !== null) return
        if (main.current?.contains(document.activeElement)) return
        main.current?.focus({ preventScroll: true })
      }),
    [router],
  )
  return main
}
