import { useState } from 'react'
import type { RunDetail } from '../../api/types'
import { Disclosure } from '../../components/disclosure'
import { duration, exactTime } from '../../components/formats'
import { Moment } from '../../components/moments'
import { REASON_WORDS } from '../../components/status-badge'
import classes from './attempts.module.css'

/** "2 of 3"; alone where nothing may follow. */
export function attemptOf(run: Pick<RunDetail, 'attempt' | 'retries'>): string {
  if (run.attempt === 0) return '–'
  return run.retries > 0 ? `${run.attempt} of ${Math.max(run.attempt, run.retries + 1)}` : `${run.attempt}`
}

/** What each attempt ended with, and when; nothing while there is only the one that everything else tells about. */
export function AttemptHistory({ run }: { run: RunDetail }) {
  const [isOpen, setOpen] = useState(false)
  const ended = run.attempts.filter((each) => each.ended_at !== null)
  const earlier = run.status === 'pending' ? ended : ended.filter((each) => each.number < run.attempt)
  if (earlier.length === 0) return null
  const last = earlier[earlier.length - 1]
  return (
    <div>
      <Disclosure isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
        Attempt {last?.number} ended: {words(last?.reason)}
        {earlier.length > 1 && `, and ${earlier.length - 1} before it`}
      </Disclosure>
      {isOpen && (
        <ol className={classes.attempts} aria-label="Earlier attempts">
          {earlier.toReversed().map((each) => (
            <li key={each.number} className={classes.attempt}>
              <span>Attempt {each.number}</span>
              <span className={classes.reason}>{words(each.reason)}</span>
              <span className={classes.when} title={each.started_at ? exactTime(each.started_at) : undefined}>
                <Moment at={each.ended_at} />
                {each.started_at &&
                  each.ended_at &&
                  `, after ${duration(Date.parse(each.ended_at) - Date.parse(each.started_at))}`}
              </span>
              {each.error && <span className={classes.error}>{each.error}</span>}
              {each.traceback && <pre className={classes.traceback}>{each.traceback}</pre>}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

function words(reason: RunDetail['reason'] | undefined): string {
  return reason ? (REASON_WORDS[reason] ?? reason) : '–'
}
