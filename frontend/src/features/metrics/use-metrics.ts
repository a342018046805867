import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { api, dataOf } from '../../api/client'
import { keys } from '../../api/keys'
import type { MetricPoint } from '../../api/types'
import { useStream } from '../../live/live'
import { Paces, refresh } from '../../live/refresh'
import { LivePoints } from './live-points'
import { append, ascending, type Columns, columnsOf } from './series'

/** A chart is drawn from about so many points; when twice as many came, REST thins them anew. */
const POINTS = 1_500

/** A run's metrics by name with their last values, and the points that come. `refused`: why none come. */
export function useMetrics(runId: string) {
  const client = useQueryClient()
  const [live] = useState(() => new LivePoints())
  const [paces] = useState(() => new Paces())
  const refused = useStream<MetricPoint>(`run:${runId}:metrics`, {
    onItems(items) {
      live.take(items)
      // The server goes through all points for the summaries.
      paces.ask(runId, () => refresh(client, { queryKey: keys.runs.metrics(runId), exact: true }))
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
