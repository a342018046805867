import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { api, dataOf } from '../../api/client'
import { keys } from '../../api/keys'
import type { ResultEntry, ResultPage } from '../../api/types'
import { useConnection } from '../../live/live'
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

/** A run's results in order, new ones as they are recorded. */
export function useResults(runId: string, q: string | undefined, order: ResultOrder) {
  const connection = useConnection()
  const [come, setCome] = useState<ReadonlyMap<number, ResultEntry>>(new Map())
  const [isFollowed, setFollowed] = useState(false)
  useEffect(() => {
    let last: number | undefined
    setCome(new Map())
    setFollowed(false)
    return connection.follow(`run:${runId}:results`, {
      position: () => (last === undefined ? {} : { after: last }),
      onFrame(frame) {
        if (frame.type === 'subscribed') {
          last ??= (frame.next ?? 0) - 1
          setFollowed(true)
        } else if (frame.type === 'batch') {
          const items = frame.items as ResultEntry[]
          last = frame.from + items.length - 1
          setCome((held) => merge(held, items))
        }
      },
    })
  }, [connection, runId])
  const query = useQuery({
    queryKey: [...keys.runs.results(runId), { q, ...order }],
    queryFn: ({ signal }) => listAll(runId, q, order, signal),
    // From the subscription on nothing is missed; only then is the list read.
    enabled: isFollowed,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const entries = useMemo(() => {
    if (!query.data) return undefined
    const listed = new Map(query.data.items.map((entry) => [entry.offset, entry]))
    const fresh = [...come.values()].filter((entry) => matches(entry, q))
    return sorted(merge(listed, fresh).values(), order)
  }, [query.data, come, q, order])
  const listedAll = query.data !== undefined && query.data.items.length >= query.data.total
  return {
    entries,
    isComplete: listedAll,
    total: query.data?.total,
    error: query.error,
    refetch: query.refetch,
  }
}
