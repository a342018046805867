import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, type MouseEvent, useState } from 'react'
import type { Instance } from '../../api/types'
import classes from './run-ticks.module.css'

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 }

/** The last ten runs, the newest at the right: colour and shape say the status. One stop for the keyboard, arrows within. */
export function RunTicks({ runs, name }: { runs: Instance['recent_runs']; name: string }) {
  const navigate = useNavigate()
  const oldestFirst = runs.toReversed()
  const [stop, setStop] = useState<string | null>(null)
  const current = oldestFirst.some((run) => run.id === stop) ? stop : runs[0]?.id
  if (runs.length === 0) return <span className={classes.none}>–</span>

  const walk = (event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key]
    const links = [...event.currentTarget.querySelectorAll('a')]
    const next = step && links[links.indexOf(document.activeElement as HTMLAnchorElement) + step]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  // The router's own links listen to every change of the address: too much for ten in each row.
  const open = (event: MouseEvent, runId: string) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    void navigate({ to: '/runs/$runId', params: { runId } })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: no form's group
    <div role="group" aria-label={`Last runs of ${name}`} className={classes.ticks} onKeyDown={walk}>
      {oldestFirst.map((run, index) => {
        const words = `${place(runs.length - index)}: ${run.status}`
        return (
          <a
            key={run.id}
            href={`/runs/${run.id}`}
            className={classes.tick}
            data-status={run.status}
            title={words}
            tabIndex={run.id === current ? 0 : -1}
            onFocus={() => setStop(run.id)}
            onClick={(event) => open(event, run.id)}
          >
            <span className="visually-hidden">{words}</span>
          </a>
        )
      })}
    </div>
  )
}

function place(fromNewest: number): string {
  if (fromNewest === 1) return 'Newest run'
  return fromNewest === 2 ? 'The run before' : `${fromNewest - 1} runs before`
}
