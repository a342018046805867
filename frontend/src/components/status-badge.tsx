import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconPlayerPlay,
} from '@tabler/icons-react'
import type { RunReason, RunStatus } from '../api/types'
import classes from './status-badge.module.css'

export const STATUS_ICONS = {
  pending: IconCircleDashed,
  running: IconPlayerPlay,
  completed: IconCircleCheck,
  failed: IconCircleX,
  cancelled: IconCircleMinus,
} as const satisfies Record<RunStatus, unknown>

/** What a reason adds to the status, in words; null where the status says it all. */
export const REASON_WORDS: Record<RunReason, string | null> = {
  ok: null,
  error: 'exception',
  reported: 'reported by the experiment',
  exit: 'process ended',
  timeout: 'timeout',
  stalled: 'stalled',
  lost: 'worker lost',
  interrupted: 'worker stopped',
  user: null,
  user_forced: 'forced',
}

interface Props {
  status: RunStatus
  reason?: RunReason | null
  /** A wish to cancel was recorded, and the run is not over yet. */
  isCancelling?: boolean
  size?: 'sm' | 'md'
}

/** Icon, word and colour, everywhere the same. */
export function StatusBadge({ status, reason = null, isCancelling = false, size = 'sm' }: Props) {
  const Icon = STATUS_ICONS[status]
  const detail = reason && REASON_WORDS[reason]
  return (
    <span className={classes.badge} data-status={status} data-size={size}>
      <Icon size={size === 'md' ? 18 : 15} stroke={2} aria-hidden className={classes.icon} />
      <span>{isCancelling ? 'cancelling' : status}</span>
      {detail && <span className={classes.reason}>{detail}</span>}
    </span>
  )
}
