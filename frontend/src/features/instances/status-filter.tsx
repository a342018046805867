import type { RunStatus } from '../../api/types'
import { STATUS_ICONS } from '../../components/status-badge'
import { RUN_STATUSES } from '../../components/statuses'
import classes from './status-filter.module.css'

interface Props {
  value: readonly RunStatus[]
  onChange: (value: RunStatus[]) => void
}

/** Any of the pressed statuses; none pressed is all. */
export function StatusFilter({ value, onChange }: Props) {
  return (
    <fieldset className={classes.filter}>
      <legend className="visually-hidden">Status</legend>
      {RUN_STATUSES.map((status) => {
        const Icon = STATUS_ICONS[status]
        const isOn = value.includes(status)
        return (
          <button
            key={status}
            type="button"
            className={classes.choice}
            data-status={status}
            aria-pressed={isOn}
            onClick={() =>
              onChange(RUN_STATUSES.filter((each) => (each === status ? !isOn : value.includes(each))))
            }
          >
            <Icon size={14} stroke={2} aria-hidden />
            {status}
          </button>
        )
      })}
    </fieldset>
  )
}
