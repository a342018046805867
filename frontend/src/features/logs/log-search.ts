/** What of the tab is in the address. */
import type { LogLevel } from '../../api/types'
import type { LogFilter } from './log-source'

export interface LogSearch {
  /** This level and above. */
  level?: LogLevel | undefined
  q?: string | undefined
  regex?: true | undefined
  /** The offset of the line that is looked at. */
  line?: number | undefined
  /** All lines are shown, those that were searched for are marked among them. */
  context?: true | undefined
}

/** As the API takes it; null where every line fits. */
export function filterOf({ level, q, regex }: LogSearch): LogFilter | null {
  if (q === undefined && (level === undefined || level === 'debug')) return null
  return { ...(level && { level }), ...(q !== undefined && { q, ...(regex && { regex }) }) }
}

/** A filter as query parameters: a pattern is `regex` there, a text `q`. */
export function parametersOf({ level, q, regex }: LogFilter): {
  level?: LogLevel
  q?: string
  regex?: string
} {
  return { ...(level && { level }), ...(q !== undefined && (regex ? { regex: q } : { q })) }
}
