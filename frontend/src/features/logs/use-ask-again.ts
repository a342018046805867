import { useEffect, useRef } from 'react'
import { ASK_AGAIN_MS, isAbsence } from '../../api/absence'

/** What failed because somebody was away is asked for again by itself, as queries are. */
export function useAskAgain(failure: Error | null, retry: () => void): void {
  const newest = useRef(retry)
  newest.current = retry
  useEffect(() => {
    if (!isAbsence(failure)) return undefined
    const waiting = setTimeout(() => newest.current(), ASK_AGAIN_MS)
    return () => clearTimeout(waiting)
  }, [failure])
}
