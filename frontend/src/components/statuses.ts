import type { RunStatus } from '../api/types'

export const RUN_STATUSES = [
  'pending',
  'running',
  'completed',
  'failed',
  'cancelled',
] as const satisfies RunStatus[]

export function isOver(status: RunStatus): boolean {
  return status !== 'pending' && status !== 'running'
}
