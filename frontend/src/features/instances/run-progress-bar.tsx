import { Progress } from '@mantine/core'
import type { Run } from '../../api/types'
import { count } from '../../components/formats'
import classes from './run-progress-bar.module.css'

/** How far a run is, or came; a run without a total says only how many. */
export function RunProgressBar({ run }: { run: Pick<Run, 'progress' | 'status' | 'number'> }) {
  const { progress } = run
  if (progress === null) return <span className={classes.none}>–</span>
  const { current, total, message } = progress
  const isRunning = run.status === 'running'
  return (
    <div className={classes.progress} title={message ?? undefined}>
      {isRunning && total !== null && total > 0 && (
        <Progress.Root size="sm" transitionDuration={200}>
          <Progress.Section
            value={Math.min(100, (100 * current) / total)}
            aria-label={`Progress of run ${run.number}`}
            className={classes.bar}
          />
        </Progress.Root>
      )}
      <span className={isRunning ? undefined : classes.none}>
        {count(current)}
        {total !== null && ` of ${count(total)}`}
        {isRunning && message && <span className={classes.message}> {message}</span>}
      </span>
    </div>
  )
}
