import { Button } from '@mantine/core'
import { ApiError } from '../../api/problem'
import type { RunStatus } from '../../api/types'
import { Empty, Failure } from '../../components/page-states'
import { isOver } from '../../components/statuses'
import classes from './log-states.module.css'

/** No line was written. */
export function NoLines({ status }: { status: RunStatus }) {
  if (isOver(status)) return <Empty title="This run wrote no log lines" />
  if (status === 'pending')
    return (
      <Empty title="No lines yet">The run has not started. Its lines appear here as it writes them.</Empty>
    )
  return <Empty title="No lines yet">They appear here as the experiment writes them.</Empty>
}

/** There are lines, and the filter leaves none. */
export function NoHits({ onClear }: { onClear: () => void }) {
  return (
    <Empty title="No line matches" actions={<Button onClick={onClear}>Clear filters</Button>}>
      No line of this run has this text at this level.
    </Empty>
  )
}

/** The server refused the search; what it says stands beside the search box. */
export function NotSearched() {
  return <Empty title="Nothing was searched">The search itself has a fault. Correct it above.</Empty>
}

/** What the server has against the search itself: shown beside it, not as a failure. */
export function searchFault(error: Error | null): string | null {
  if (!(error instanceof ApiError) || error.status !== 400) return null
  return error.errors.find((fault) => fault.path === '?regex' || fault.path === '?q')?.message ?? null
}

/** Above the lines that are there: they stay in reach. */
export function LogFailure({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <div className={classes.failure}>
      <Failure error={error} retry={retry} />
    </div>
  )
}
