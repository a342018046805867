import type { Worker } from '../api/types'

/**
 * A worker's name for people. `host`: where it was, as far as that is known without it. Of an id the end is shown: ids
 * made about the same time begin alike.
 */
export function workerName(worker: Worker | undefined, id: string | null, host?: unknown): string {
  if (id === null) return '–'
  if (worker) return `${worker.host} (${worker.pid})`
  return typeof host === 'string' ? `${host} (…${id.slice(-8)})` : `…${id.slice(-8)}`
}
