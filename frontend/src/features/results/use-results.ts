import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api, dataOf } from '../../api/client'
import { keys } from '../../api/keys'
import type { ResultEntry, ResultPage } from '../../api/types'
import { useStream } from '../../live/live'
import { refresh } from '../../live/refresh'
import { matches, merge, type ResultOrder, sorted } from './entries'

/** So many results are listed; with more, a search finds the rest. */
export const MOST_LISTED = 10_000
const PAGE_SIZE = 1_000

interface Listed {
  items: ResultEntry[]
  total: number
}

async function listAll(
  runId: string,
  q: string | undefined,
  order: ResultOrder,
  signal: AbortSignal,
): Promise<Listed> {
  const items: ResultEntry[] = []
  let cursor: string | null = null
  let total = 0
  do {
    const page: ResultPage = await dataOf(
      api.GET('/api/runs/{run_id}/results', {
        signal,
        params: {
          path: { run_id: runId },
          query: { ...order, limit: PAGE_SIZE, ...(q && { q }), ...(cursor && { cursor }) },
        },
      }),
    )
    items.push(...page.items)
    cursor = page.next_cursor
    total = page.total
  } while (cursor !== null && items.length < MOST_LISTED)
  return { items, total }
}

/** A run's results in order, new ones as they are recorded. `refused`: why they do not come by themselves. */
export function useResults(runId: string, q: string | undefined, order: ResultOrder) {
  const client = useQueryClient()
  const [come, setCome] = useState<ReadonlyMap<number, ResultEntry>>(new Map())
  const lists = [...keys.runs.results(runId), 'list']
  const refused = useStream<ResultEntry>(`run:${runId}:results`, {
    onItems: (items) => setCome((held) => merge(held, items)),
    // What was recorded between the first answer and the subscription is in neither.
    onStart: () => void refresh(client, { queryKey: lists }),
  })
  const query = useQuery({
    queryKey: [...lists, { q, ...order }],
    queryFn: ({ signal }) => listAll(runId, q, order, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    placeholderData: keepPreviousData,
  })
  const entries = useMemo(() => {
    if (!query.data) return undefined
    const listed = new Map(query.data.items.map((entry) => [entry.offset, entry]))
    const all = merge(listed, [...come.values()])
    return sorted(
      [...all.values()].filter((entry) => matches(entry, q)),
      order,
    )
  }, [query.data, come, q, order])
  const listedAll = query.data !== undefined && query.data.items.length >= query.data.total
  return {
    entries,
    isComplete: listedAll,
    total: query.data?.total,
    error: query.error,
    refused,
    refetch: query.refetch,
  }
}
