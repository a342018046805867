import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Run } from '../../api/types'
import { Elapsed, Moment } from '../../components/moments'
import { RowCheck } from '../../components/row-check'
import { StatusBadge } from '../../components/status-badge'
import { isOver } from '../../components/statuses'
import { RunProgressBar } from './run-progress-bar'
import classes from './runs-list.module.css'

interface Props {
  run: Run
  /** The worker's name for people. */
  worker: string
  isSelected: boolean
  isGone: boolean
  onSelect: (id: string, isSelected: boolean) => void
}

/** The cells of one run. */
export const RunRow = memo(function RunRow({ run, worker, isSelected, isGone, onSelect }: Props) {
  const to = { to: '/runs/$runId', params: { runId: run.id }, preload: false } as const
  return (
    <>
      <td className={classes.check}>
        <RowCheck
          label={`Select run ${run.number}`}
          checked={isSelected}
          disabled={isGone}
          onChange={(selected) => onSelect(run.id, selected)}
        />
      </td>
      <td className={classes.number}>
        <Link {...to} className={classes.numberLink}>
          Run {run.number}
        </Link>
      </td>
      <td className={classes.status}>
        <StatusBadge
          status={run.status}
          reason={run.reason}
          isCancelling={run.cancel_requested_at !== null && !isOver(run.status)}
        />
        {run.error && <div className={classes.error}>{run.error}</div>}
        {run.waiting && <div className={classes.waiting}>{waitingWords(run)}</div>}
        {isGone && <div className={classes.waiting}>no longer in this list</div>}
      </td>
      <td className={classes.started} data-none={noneIf(run.started_at === null)}>
        <Moment at={run.started_at} />
      </td>
      <td className={classes.completed}>
        <Moment at={run.completed_at} />
      </td>
      <td className={classes.duration} data-none={noneIf(run.started_at === null)}>
        <Elapsed from={run.started_at} to={run.completed_at} />
      </td>
      <td className={classes.progress} data-none={noneIf(run.progress === null)}>
        <RunProgressBar run={run} />
      </td>
      <td className={classes.attempt} data-none={noneIf(run.attempt === 0)}>
        {run.attempt || '–'}
      </td>
      <td
        className={classes.worker}
        data-none={noneIf(run.worker_id === null)}
        title={run.worker_id ?? undefined}
      >
        {worker}
      </td>
      <td className={classes.links}>
        <Link
          {...to}
          search={{ tab: 'logs' }}
          className={classes.link}
          aria-label={`Logs of run ${run.number}`}
        >
          Logs
        </Link>
        <Link
          {...to}
          search={{ tab: 'results' }}
          className={classes.link}
          aria-label={`Results of run ${run.number}`}
        >
          Results
        </Link>
      </td>
    </>
  )
})

/** A cell that has nothing to say. */
const noneIf = (isNone: boolean) => isNone || undefined

/** Why it has not started. */
function waitingWords({ waiting, queue }: Run): string {
  if (waiting === null) return ''
  if (waiting.workers === 0) return `no worker for queue ${queue} offers it`
  return waiting.ahead === 0
    ? 'next in line'
    : `behind ${waiting.ahead} ${waiting.ahead === 1 ? 'run' : 'runs'}`
}
