/** A run's lines as one tab sees them: the stream is followed once, and feeds whatever is shown. */
import { useEffect, useMemo, useRef } from 'react'
import { readLogs } from '../../api/logs'
import { useConnection } from '../../live/live'
import { FilteredLog } from './filtered-log'
import { HitCount } from './hit-count'
import { parametersOf } from './log-search'
import type { LogFilter } from './log-source'
import { WholeLog } from './whole-log'

/** The server answers with an empty page, and with the count. */
const BEYOND = Number.MAX_SAFE_INTEGER

export interface LogSources {
  whole: WholeLog
  /** Null where every line fits. */
  filtered: FilteredLog | null
  /** Null where nothing is searched for. */
  hitCount: HitCount | null
}

/** `end`: how many lines the run has at least. */
export function useLogSources(
  runId: string,
  end: number,
  filter: LogFilter | null,
  onEnd: () => void,
): LogSources {
  const connection = useConnection()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a run's log begins once, later ends are told to it
  const whole = useMemo(
    () => new WholeLog((after, limit, signal) => readLogs(runId, { after, limit }, signal), end),
    [runId],
  )
  const name = JSON.stringify(filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `name` is the filter's value
  const { filtered, hitCount } = useMemo(() => {
    if (filter === null) return { filtered: null, hitCount: null }
    const parameters = parametersOf(filter)
    return {
      filtered: new FilteredLog(
        (query, signal) => readLogs(runId, { ...parameters, ...query }, signal),
        whole.end,
      ),
      hitCount:
        filter.q === undefined
          ? null
          : new HitCount((after, signal) => {
              const query = { ...parameters, after: BEYOND, limit: 1, count: true, count_after: after }
              return readLogs(runId, query, signal)
            }, whole.end),
    }
  }, [runId, whole, name])

  const parts = useRef<LogSources>({ whole, filtered, hitCount })
  parts.current = { whole, filtered, hitCount }
  const ended = useRef(onEnd)
  ended.current = onEnd

  useEffect(() => {
    const unfollow = connection.follow(`run:${runId}:logs`, {
      position: () => whole.position(),
      onFrame(frame) {
        whole.take(frame)
        parts.current.filtered?.advance(whole.end)
        parts.current.hitCount?.advance(whole.end)
        if (frame.type === 'subscribed') {
          parts.current.filtered?.reconnected()
          parts.current.hitCount?.retry()
        }
        if (frame.type === 'end') ended.current()
      },
    })
    return () => {
      unfollow()
      whole.close()
    }
  }, [connection, runId, whole])
  useEffect(() => {
    void hitCount?.start()
    return () => {
      filtered?.close()
      hitCount?.close()
    }
  }, [filtered, hitCount])
  return parts.current
}
