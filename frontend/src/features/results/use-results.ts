import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api, dataOf } from '../../api/client'
import { keys } from '../../api/keys'
import type { ResultEntry, ResultPage } from '../../api/types'
import { useStream } from '../../live/live'
import { refresh } from '../../live/refresh'
import { firstOf, merge, type ResultOrder, take } from './entries'

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
  /** So many results were recorded, as far as the stream said. */
  const [heard, setHeard] = useState(0)
  const lists = [...keys.runs.results(runId), 'list']
  const refused = useStream<ResultEntry>(`run:${runId}:results`, {
    onItems(items) {
      setHeard((items.at(-1)?.offset ?? -1) + 1)
      setCome((held) => take(held, items, { read, listed, q, order, most: MOST_LISTED }))
    },
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
  const read = useMemo(() => merge(new Map(), query.data?.items ?? []), [query.data])
  const listed = useMemo(
    () => firstOf(merge(read, [...come.values()]).values(), q, order, MOST_LISTED),
    [read, come, q, order],
  )
  const total = query.data && Math.max(query.data.total, q === undefined ? heard : listed.length)
  return {
    entries: query.data && listed,
    isComplete: listed.length === total,
    total,
    error: query.error,
    refused,
    refetch: query.refetch,
  }
}
