import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { api, dataOf } from '../../api/client'
import { keys } from '../../api/keys'
import type { MetricPoint } from '../../api/types'
import { useStream } from '../../live/live'
import { refresh } from '../../live/refresh'
import { LivePoints } from './live-points'
import { append, ascending, type Columns, columnsOf } from './series'

/** A chart is drawn from about so many points; when twice as many came, REST thins them anew. */
const POINTS = 1_500
/** Summaries are read at most this often, however many points come. */
const SUMMARIES_EVERY_MS = 1_000
/** The server goes through all points for them: where that takes long, it rests for so many times as long. */
const REST_PER_READ = 4
const LONGEST_REST_MS = 10_000

/** A run's metrics by name with their last values, and the points that come. `refused`: why none come. */
export function useMetrics(runId: string) {
  const client = useQueryClient()
  const [live] = useState(() => new LivePoints())
  const reading = useRef<{ again: boolean } | null>(null)
  /** Now, unless it is being done or rests: then once more after that. */
  async function readSummaries(): Promise<void> {
    if (reading.current) {
      reading.current.again = true
      return
    }
    const mine = { again: false }
    reading.current = mine
    const began = performance.now()
    await refresh(client, { queryKey: keys.runs.metrics(runId), exact: true })
    const rest = Math.max(SUMMARIES_EVERY_MS, REST_PER_READ * (performance.now() - began))
    await new Promise((resolve) => setTimeout(resolve, Math.min(rest, LONGEST_REST_MS)))
    reading.current = null
    if (mine.again) void readSummaries()
  }
  const refused = useStream<MetricPoint>(`run:${runId}:metrics`, {
    onItems(items) {
      live.take(items)
      void readSummaries()
    },
    // What was recorded between the first answers and the subscription is in neither.
    onStart: () => void refresh(client, { queryKey: keys.runs.metrics(runId) }),
  })
  const query = useQuery({
    queryKey: keys.runs.metrics(runId),
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/runs/{run_id}/metrics', { signal, params: { path: { run_id: runId } } })))
        .items,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return { metrics: query.data, error: query.error, refetch: query.refetch, live, refused }
}

/** One metric's columns, growing as points come. */
export function useSeries(runId: string, name: string, live: LivePoints) {
  const come = useSyncExternalStore(
    useCallback((listener: () => void) => live.follow(name, listener), [live, name]),
    useCallback(() => live.of(name), [live, name]),
  )
  const query = useQuery({
    queryKey: [...keys.runs.metrics(runId), name],
    queryFn: async ({ signal }) => {
      const series = await dataOf(
        api.GET('/api/runs/{run_id}/metrics/{name}', {
          signal,
          params: { path: { run_id: runId, name }, query: { points: POINTS } },
        }),
      )
      live.forget(name, series.last_offset)
      return { columns: columnsOf(series), total: series.total, lastOffset: series.last_offset }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const { data, isFetching, refetch } = query
  const isLong = come.length > POINTS * 2
  useEffect(() => {
    if (isLong && !isFetching) void refetch()
  }, [isLong, isFetching, refetch])
  const columns: Columns | undefined =
    data &&
    ascending(
      append(
        data.columns,
        data.total,
        come.filter((point) => point.offset > data.lastOffset),
      ),
    )
  return { columns, error: query.error }
}
