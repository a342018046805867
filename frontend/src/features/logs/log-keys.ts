import { useEffect, useRef } from 'react'

interface Keys {
  search: () => void
  isSearching: () => boolean
  next: () => void
  previous: () => void
  follow: () => void
  wrap: () => void
  /** Returns whether it did something. */
  escape: () => boolean
}

/** The tab's keys, wherever the focus is; never inside an input but those that search. */
export function useLogKeys(keys: Keys): void {
  const held = useRef(keys)
  held.current = keys
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isElsewhere(event.target)) return
      if (act(event, held.current)) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

function act(event: KeyboardEvent, keys: Keys): boolean {
  if (
    (event.ctrlKey || event.metaKey) &&
    !event.altKey &&
    !event.shiftKey &&
    event.key.toLowerCase() === 'f'
  ) {
    // A second time the browser's own search comes.
    if (keys.isSearching()) return false
    keys.search()
    return true
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (event.key === 'F3') {
    if (event.shiftKey) keys.previous()
    else keys.next()
    return true
  }
  if (event.key === 'Escape') return keys.escape()
  if (isTyping(event.target)) return false
  const action = { f: keys.follow, w: keys.wrap }[event.key]
  action?.()
  return action !== undefined
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

/** A dialog or a menu is open and has the keys. */
function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"]') !== null
}
