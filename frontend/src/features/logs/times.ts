/** How a line's time is written: a clock, or the time since the run's start. */

export type TimeMode = 'absolute' | 'relative'

/** "13:04:05.123", with the day before it where that is not the day of `reference`; local time. */
export function clockTime(timestamp: string, reference: string | null): string {
  const at = new Date(timestamp)
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${three(at.getMilliseconds())}`
  if (reference === null || new Date(reference).toDateString() === at.toDateString()) return clock
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`
}

/** "+0.250", "+1:02.250", "+26:00:00.000": since `start`; before it with a minus. */
export function sinceStart(timestamp: string, start: string): string {
  const ms = Date.parse(timestamp) - Date.parse(start)
  const size = Math.abs(ms)
  const sign = ms < 0 ? '-' : '+'
  const seconds = Math.floor(size / 1000) % 60
  const minutes = Math.floor(size / 60_000) % 60
  const hours = Math.floor(size / 3_600_000)
  const rest = `.${three(size % 1000)}`
  if (hours > 0) return `${sign}${hours}:${two(minutes)}:${two(seconds)}${rest}`
  if (minutes > 0) return `${sign}${minutes}:${two(seconds)}${rest}`
  return `${sign}${seconds}${rest}`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}

function three(value: number): string {
  return String(value).padStart(3, '0')
}
