/** Commands of one key, or of two in a row ("g d"): never while typing, with a modifier, or while a dialog is open. */
import { useEffect, useRef } from 'react'

type Command = () => void

/** The second key of a pair comes within this time. */
const PAIR_MS = 1_500

const commands = new Map<string, Command[]>()
let first: { key: string; at: number } | null = null

/** What is bound last wins. The keys are those of KeyboardEvent.key. */
export function useKeys(bindings: Record<string, Command>): void {
  const newest = useRef(bindings)
  useEffect(() => {
    newest.current = bindings
  })
  const names = Object.keys(bindings).join('\n')
  useEffect(() => {
    const undo = names.split('\n').map((name) => bind(name, () => newest.current[name]?.()))
    return () => {
      for (const each of undo) each()
    }
  }, [names])
}

function bind(name: string, command: Command): () => void {
  if (commands.size === 0) document.addEventListener('keydown', take)
  commands.set(name, [...(commands.get(name) ?? []), command])
  return () => {
    const left = (commands.get(name) ?? []).filter((each) => each !== command)
    if (left.length > 0) commands.set(name, left)
    else commands.delete(name)
    if (commands.size === 0) document.removeEventListener('keydown', take)
  }
}

/** The first key of a pair was pressed just now: this one is its second. `at`: the event's timeStamp. */
export function isPairBegun(at: number): boolean {
  return first !== null && at - first.at < PAIR_MS
}

function take(event: KeyboardEvent): void {
  const before = first
  first = null
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (isTaken(event.target)) return
  const paired = before !== null && event.timeStamp - before.at < PAIR_MS
  const command = commands.get(paired ? `${before.key} ${event.key}` : event.key)?.at(-1)
  if (command) {
    event.preventDefault()
    command()
  } else if ([...commands.keys()].some((name) => name.startsWith(`${event.key} `))) {
    first = { key: event.key, at: event.timeStamp }
  }
}

/** Keys mean something else there. */
const TAKEN =
  'input, textarea, select, [contenteditable]:not([contenteditable="false"]), [role="textbox"], [role="listbox"], [role="menu"], [role="combobox"]'

function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('[aria-modal="true"]') !== null) return true
  return target instanceof Element && target.closest(TAKEN) !== null
}
