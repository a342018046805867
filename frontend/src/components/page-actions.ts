/** What the page on view can do, for whoever offers it elsewhere (the palette): the page says it, and takes it back. */
import { useEffect, useRef, useSyncExternalStore } from 'react'

export interface PageAction {
  /** As its button says: "Start run". */
  label: string
  act: () => void
}

const NONE: readonly PageAction[] = []
const said = new Map<symbol, readonly PageAction[]>()
const listeners = new Set<() => void>()
let all = NONE

function tell(): void {
  all = [...said.values()].flat()
  for (const each of listeners) each()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Offers these as long as the caller is there. */
export function useOfferActions(actions: readonly PageAction[]): void {
  const newest = useRef(actions)
  useEffect(() => {
    newest.current = actions
  })
  const labels = actions.map((each) => each.label).join('\n')
  useEffect(() => {
    if (labels === '') return undefined
    const key = Symbol(labels)
    const act = (label: string) => newest.current.find((each) => each.label === label)?.act()
    said.set(
      key,
      labels.split('\n').map((label) => ({ label, act: () => act(label) })),
    )
    tell()
    return () => {
      said.delete(key)
      tell()
    }
  }, [labels])
}

export function usePageActions(): readonly PageAction[] {
  return useSyncExternalStore(subscribe, () => all)
}
