import type { Run } from '../../api/types'
import { count, duration } from '../../components/formats'

/** Why a pending run has not started, in a sentence; `now` in ms since the epoch. */
export function whyItWaits(run: Run, now: number): string {
  const left = run.not_before === null ? 0 : Date.parse(run.not_before) - now
  if (left > 0) return `Attempt ${run.attempt + 1} of ${run.retries + 1} starts in ${seconds(left)}.`
  if (run.waiting === null) return 'Waiting.'
  const { ahead, workers } = run.waiting
  if (workers === 0)
    return `No worker serves the queue “${run.queue}” and offers ${run.experiment}. It starts when one does.`
  const many = `${count(workers)} ${workers === 1 ? 'worker serves' : 'workers serve'} the queue “${run.queue}”.`
  if (ahead === 0) return `Next in line: it starts when a slot is free. ${many}`
  return `Behind ${count(ahead)} ${ahead === 1 ? 'run' : 'runs'}. ${many}`
}

/** Of a countdown: "8 s", "4 m 05 s". */
export function seconds(ms: number): string {
  const whole = Math.ceil(ms / 1000)
  return whole < 60 ? `${whole} s` : duration(whole * 1000)
}

/** How long a run that goes on at its present pace still takes, in ms; null where nothing says so. */
export function timeLeft(run: Run, now: number): number | null {
  const { progress, started_at } = run
  if (run.status !== 'running' || started_at === null || !progress?.total) return null
  const done = progress.current / progress.total
  if (done <= 0 || done > 1) return null
  return ((now - Date.parse(started_at)) * (1 - done)) / done
}

/** 0 to 100; null where the experiment gave no total. */
export function percent(run: Pick<Run, 'progress'>): number | null {
  const { progress } = run
  if (!progress?.total) return null
  return Math.min(100, Math.max(0, (100 * progress.current) / progress.total))
}
