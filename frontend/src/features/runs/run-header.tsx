import { Text } from '@mantine/core'
import type { RunDetail, Worker } from '../../api/types'
import { useNow } from '../../components/clock'
import { duration } from '../../components/formats'
import { Elapsed, Moment } from '../../components/moments'
import { ProgressLine } from '../../components/progress-line'
import { StatusBadge } from '../../components/status-badge'
import { workerName } from '../../components/worker-name'
import { AttemptHistory, attemptOf } from './attempts'
import classes from './runs.module.css'
import { percent, seconds, timeLeft, whyItWaits } from './waiting'

/** A beat comes every few seconds: later than this, something may be wrong. */
const LATE_BEAT_MS = 20_000

interface Props {
  run: RunDetail
  worker: Worker | undefined
  /** When `run` was read from the server, ms since the epoch. */
  readAt: number
}

/** How a run stands: status, progress, times, who works on it. */
export function RunHeader({ run, worker, readAt }: Props) {
  const isOpen = run.status === 'running' || run.status === 'pending'
  return (
    <div className={classes.header}>
      <dl className={classes.facts}>
        <Fact name="Status">
          <StatusBadge
            status={run.status}
            reason={run.reason}
            isCancelling={isOpen && run.cancel_requested_at !== null}
            size="md"
          />
        </Fact>
        <Fact name={run.status === 'pending' ? 'Waiting' : 'Elapsed'}>
          {run.status === 'pending' ? (
            <Elapsed from={run.attempts.at(-1)?.ended_at ?? run.created_at} to={null} />
          ) : (
            <Elapsed from={run.started_at} to={run.completed_at} />
          )}
        </Fact>
        <Fact name="Started">
          <Moment at={run.started_at} />
        </Fact>
        {run.completed_at && (
          <Fact name="Completed">
            <Moment at={run.completed_at} />
          </Fact>
        )}
        {run.status === 'running' && <Heartbeat run={run} readAt={readAt} />}
        <Fact name="Attempt">{attemptOf(run)}</Fact>
        <Fact name="Worker">{workerName(worker, run.worker_id, run.environment?.host)}</Fact>
      </dl>
      {run.status === 'pending' && <Waiting run={run} />}
      {run.status === 'running' && run.stalls_at !== null && <Silence stallsAt={run.stalls_at} />}
      {run.status === 'running' && <RunProgress run={run} />}
      <AttemptHistory run={run} />
    </div>
  )
}

function Fact({
  name,
  children,
  isWarning,
}: {
  name: string
  children: React.ReactNode
  isWarning?: boolean
}) {
  return (
    <div className={classes.fact} data-warning={isWarning || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Waiting({ run }: { run: RunDetail }) {
  const now = useNow(run.not_before !== null)
  return <Text size="sm">{whyItWaits(run, now)}</Text>
}

function Silence({ stallsAt }: { stallsAt: string }) {
  const left = Date.parse(stallsAt) - useNow()
  return (
    <Text size="sm" className={classes.warning}>
      No sign of life:{' '}
      {left > 0 ? `it is ended as stalled in ${seconds(left)}` : 'it is being ended as stalled'}
    </Text>
  )
}

function Heartbeat({ run, readAt }: { run: RunDetail; readAt: number }) {
  const now = useNow()
  if (run.heartbeat_age_ms === null) return null
  const age = run.heartbeat_age_ms + Math.max(0, now - readAt)
  const isLate = age > LATE_BEAT_MS
  return (
    <Fact name="Heartbeat" isWarning={isLate}>
      {age < 5_000 ? 'now' : `${duration(age)} ago`}
      {isLate && ' · late: the worker may be gone'}
    </Fact>
  )
}

function RunProgress({ run }: { run: RunDetail }) {
  const now = useNow()
  const left = timeLeft(run, now)
  const done = percent(run)
  const { progress } = run
  const isAsked = run.cancel_requested_at !== null
  const words = [
    progress?.message,
    progress &&
      (progress.total === null
        ? number(progress.current)
        : `${number(progress.current)} of ${number(progress.total)}`),
    done !== null && `${Math.floor(done)} %`,
    left !== null && !isAsked && `about ${duration(left)} left`,
  ].filter(Boolean)
  return (
    <div>
      <ProgressLine percent={done} isMoving={!isAsked} label="Progress" />
      <Text size="sm" c="dimmed" mt={4}>
        {words.join(' · ') || (isAsked ? 'Stopping' : 'Running')}
      </Text>
    </div>
  )
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}
