/** From hit to hit, as the server finds them: before and behind a line, on from the other end when there is no more. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { readLogs } from '../../api/logs'
import { parametersOf } from './log-search'
import type { LogFilter } from './log-source'

interface Find {
  isFinding: boolean
  /** `from`: the offset to look behind or before; undefined: from the start or the end. */
  find: (direction: 'next' | 'previous', from: number | undefined) => void
}

export function useHits(
  runId: string,
  filter: LogFilter | null,
  onFound: (offset: number) => void,
  onFailed: (error: Error) => void,
): Find {
  const [isFinding, setFinding] = useState(false)
  const asking = useRef<AbortController | null>(null)
  useEffect(() => () => asking.current?.abort(), [])
  const told = useRef({ onFound, onFailed })
  told.current = { onFound, onFailed }

  const find = useCallback(
    (direction: 'next' | 'previous', from: number | undefined) => {
      if (filter === null) return
      asking.current?.abort()
      const mine = new AbortController()
      asking.current = mine
      setFinding(true)
      const one = async (query: { after?: number; before?: number }) =>
        (await readLogs(runId, { ...parametersOf(filter), ...query, limit: 1 }, mine.signal)).items[0]
      const search = async () =>
        direction === 'next'
          ? ((from === undefined ? undefined : await one({ after: from })) ?? (await one({ after: -1 })))
          : ((from === undefined ? undefined : await one({ before: from })) ?? (await one({})))
      search()
        .then((hit) => {
          if (hit && !mine.signal.aborted) told.current.onFound(hit.offset)
        })
        .catch((error: Error) => {
          if (!mine.signal.aborted) told.current.onFailed(error)
        })
        .finally(() => {
          if (asking.current === mine) setFinding(false)
        })
    },
    [runId, filter],
  )
  return { isFinding, find }
}
