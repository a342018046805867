import type { Instance } from '../../api/types'
import { count } from '../../components/formats'
import { STATUS_ICONS } from '../../components/status-badge'
import { RUN_STATUSES } from '../../components/statuses'
import classes from './run-tally.module.css'

/** How many runs stand how; what is none is left out. */
export function RunTally({ counts }: { counts: Instance['run_counts'] }) {
  if (counts.total === 0) return <span className={classes.none}>none</span>
  return (
    <span className={classes.tally}>
      {RUN_STATUSES.filter((status) => counts[status] > 0).map((status) => {
        const Icon = STATUS_ICONS[status]
        return (
          <span key={status} className={classes.one} data-status={status} title={status}>
            <Icon size={14} stroke={2} aria-hidden />
            {count(counts[status])}
            <span className="visually-hidden"> {status}</span>
          </span>
        )
      })}
    </span>
  )
}
