import { api, dataOf } from './client'
import type { paths } from './schema'
import type { LogPage } from './types'

export type LogQuery = NonNullable<paths['/api/runs/{run_id}/logs']['get']['parameters']['query']>

/** One page of a run's log: ascending, offsets as cursors. */
export function readLogs(runId: string, query: LogQuery, signal: AbortSignal): Promise<LogPage> {
  return dataOf(
    api.GET('/api/runs/{run_id}/logs', { signal, params: { path: { run_id: runId }, query: query } }),
  )
}

export function logDownload(runId: string, format: 'txt' | 'jsonl'): string {
  return `/api/runs/${runId}/logs/download?format=${format}`
}
