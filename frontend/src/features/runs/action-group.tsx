import { Group } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { catchFocus } from '../../components/focus'

/** As long as a second click of a double click may take. */
const SETTLES_MS = 600

/**
 * When the controls change under the focus, it stays with the group and not with a control: a second press of the key
 * that said Cancel must not start a run. Nor may the second click hit what has come into its place.
 */
export function ActionGroup({ stage, children }: { stage: string; children: ReactNode }) {
  const group = useRef<HTMLDivElement>(null)
  const hadFocus = useRef(false)
  useEffect(() => {
    const note = (event: FocusEvent) => {
      hadFocus.current = group.current?.contains(event.target as Node) ?? false
    }
    document.addEventListener('focusin', note)
    return () => document.removeEventListener('focusin', note)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the stage changes
  useEffect(() => {
    if (hadFocus.current) catchFocus(group.current)
  }, [stage])
  const [settled, setSettled] = useState(stage)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(stage), SETTLES_MS)
    return () => clearTimeout(timer)
  }, [stage])
  return (
    <Group
      gap="xs"
      ref={group}
      role="group"
      aria-label="Actions"
      tabIndex={-1}
      {...(settled !== stage && { style: { pointerEvents: 'none' } })}
    >
      {children}
    </Group>
  )
}
