import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { ConfigState } from './config-state'
import { Faults } from './form/faults'
import classes from './json-view.module.css'

/** The config as text: what is typed stays as it is typed. Tab leaves it, as everywhere. */
export function JsonView({ state }: { state: ConfigState }) {
  const { text, read } = useSyncExternalStore(state.subscribe, () => state.json)
  const lines = text.split('\n').length
  const numbers = useRef<HTMLPreElement>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  const faultLine = read.fault?.line
  useEffect(() => {
    if (numbers.current && area.current) numbers.current.scrollTop = area.current.scrollTop
  })
  return (
    <div data-field="">
      <div className={classes.editor} data-invalid={read.fault !== undefined || undefined}>
        <pre ref={numbers} className={classes.numbers} aria-hidden>
          {Array.from({ length: lines }, (_, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <span key={line} data-fault={line + 1 === faultLine || undefined}>
              {line + 1}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          ref={area}
          id="config"
          aria-label="Config as JSON"
          aria-describedby="config:json-fault"
          aria-invalid={read.fault !== undefined || undefined}
          className={classes.text}
          style={{ height: `calc(${Math.min(30, Math.max(8, lines + 1))} * var(--json-line) + 18px)` }}
          value={text}
          wrap="off"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={(event) => state.writeJson(event.currentTarget.value)}
          onScroll={(event) => {
            if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop
          }}
        />
      </div>
      <Faults
        id="config:json-fault"
        messages={
          read.fault
            ? [
                `${read.fault.message} (line ${read.fault.line}, column ${read.fault.column}). The form shows it again once this is JSON.`,
              ]
            : []
        }
      />
    </div>
  )
}
