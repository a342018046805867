import { useNow } from './clock'
import { duration, exactTime, relativeTime } from './formats'

/** "3 min. ago", with the exact time on hover. */
export function Moment({ at }: { at: string | null }) {
  const now = useNow()
  if (at === null) return <span>–</span>
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at, now)}
    </time>
  )
}

/** How long something took, or takes so far: ticks until `to` is there. */
export function Elapsed({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow(from !== null && to === null)
  if (from === null) return <span>–</span>
  const end = to === null ? now : Date.parse(to)
  return <span>{duration(end - Date.parse(from))}</span>
}
