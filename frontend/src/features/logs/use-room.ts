import { type RefObject, useLayoutEffect } from 'react'

/**
 * Gives an element as much height as is left in the window below what is above it, as `--room`, so that the page around
 * it has nothing to scroll; whatever grows or shrinks above.
 */
export function useRoom(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const measure = () => {
      const at = element.current
      if (!at) return
      const top = at.getBoundingClientRect().top + scrollY
      const value = `${Math.floor(document.documentElement.clientHeight - top - paddingBelow(at))}px`
      if (at.style.getPropertyValue('--room') !== value) at.style.setProperty('--room', value)
    }
    measure()
    const resized = new ResizeObserver(measure)
    resized.observe(document.body)
    addEventListener('resize', measure)
    return () => {
      resized.disconnect()
      removeEventListener('resize', measure)
    }
  }, [element])
}

/** What the elements around it leave free below it. */
function paddingBelow(element: HTMLElement): number {
  let sum = 0
  for (let around = element.parentElement; around; around = around.parentElement) {
    sum += Number.parseFloat(getComputedStyle(around).paddingBottom)
  }
  return sum
}
