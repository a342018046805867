import type { Run } from '../../api/types'
import { count } from '../../components/formats'

/** Why a pending run has not started, in a sentence. */
export function whyItWaits(run: Run): string {
  if (run.waiting === null) return 'Waiting.'
  const { ahead, workers } = run.waiting
  if (workers === 0)
    return `No worker serves the queue “${run.queue}” and offers ${run.experiment}. It starts when one does.`
  const many = `${count(workers)} ${workers === 1 ? 'worker serves' : 'workers serve'} the queue “${run.queue}”.`
  if (ahead === 0) return `Next in line: it starts when a slot is free. ${many}`
  return `Behind ${count(ahead)} ${ahead === 1 ? 'run' : 'runs'}. ${many}`
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
