/** From hit to hit, as the server finds them: before and behind a line, on from the other end when there is no more. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { readLogs } from '../../api/logs'
import { parametersOf } from './log-search'

const MOST_WAITING = 50

import type { LogFilter } from './log-source'

type Direction = 'next' | 'previous'

interface Find {
  isFinding: boolean
  /** `from`: the offset to look behind or before; undefined: from the start or the end. */
  find: (direction: Direction, from: number | undefined) => void
}

/** Steps that are asked for while one is under way follow it, each from where the one before led. */
export function useHits(
  runId: string,
  filter: LogFilter | null,
  onFound: (offset: number) => void,
  onFailed: (error: Error) => void,
): Find {
  const [isFinding, setFinding] = useState(false)
  const waiting = useRef<Direction[]>([])
  const asking = useRef<AbortController | null>(null)
  const told = useRef({ onFound, onFailed })
  told.current = { onFound, onFailed }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search ends the steps of the one before
  useEffect(
    () => () => {
      asking.current?.abort()
      asking.current = null
      waiting.current = []
    },
    [runId, filter],
  )

  const find = useCallback(
    async (direction: Direction, from: number | undefined) => {
      if (filter === null) return
      if (asking.current) {
        if (waiting.current.length < MOST_WAITING) waiting.current.push(direction)
        return
      }
      const mine = new AbortController()
      asking.current = mine
      setFinding(true)
      try {
        let at = from
        for (let step: Direction | undefined = direction; step; step = waiting.current.shift()) {
          const found = await nearest(runId, filter, step, at, mine.signal)
          if (mine.signal.aborted || found === undefined) return
          at = found
          told.current.onFound(found)
        }
      } catch (error) {
        if (!mine.signal.aborted) told.current.onFailed(error as Error)
      } finally {
        if (asking.current === mine) asking.current = null
        waiting.current = []
        setFinding(false)
      }
    },
    [runId, filter],
  )
  return { isFinding, find }
}

/** The offset of the next hit, or of the first from the other end; undefined where there is none at all. */
async function nearest(
  runId: string,
  filter: LogFilter,
  direction: Direction,
  from: number | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  const one = async (query: { after?: number; before?: number }) =>
    (await readLogs(runId, { ...parametersOf(filter), ...query, limit: 1 }, signal)).items[0]?.offset
  const ahead = direction === 'next' ? { after: from } : { before: from }
  const hit = from === undefined ? undefined : await one(ahead as { after?: number; before?: number })
  return hit ?? (await one(direction === 'next' ? { after: -1 } : {}))
}
