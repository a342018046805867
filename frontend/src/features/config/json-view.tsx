import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { ConfigState } from './config-state'
import { Faults } from './form/faults'
import type { TextFault } from './json-text'
import classes from './json-view.module.css'
import { labelOfPlace } from './labels'

/** The config as text: what is typed stays as it is typed. Tab leaves it, as everywhere. */
export function JsonView({ state }: { state: ConfigState }) {
  const { text, read } = useSyncExternalStore(state.subscribe, () => state.json)
  const misfits = useSyncExternalStore(state.subscribe, () => saidOf(state))
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
          onBlur={() => state.touchAll()}
          onScroll={(event) => {
            if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop
          }}
        />
      </div>
      <Faults
        id="config:json-fault"
        messages={read.fault ? [brokenWords(read.fault)] : misfits.split('\n').filter(Boolean)}
      />
    </div>
  )
}

function brokenWords({ message, line, column }: TextFault): string {
  return `${message} (line ${line}, column ${column}). The form comes back once this is JSON.`
}

/** What may be said about the value, a line each; text, so that it is the same while nothing changes. */
function saidOf(state: ConfigState): string {
  return state
    .shownWithin('')
    .map((each) => `${labelOfPlace(each.path, state.value, state.formSchema)}: ${each.message}`)
    .join('\n')
}
