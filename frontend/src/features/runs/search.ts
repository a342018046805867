import type { LogLevel } from '../../api/types'
import { LOG_LEVELS } from '../../components/levels'
import { flag, many, one, oneOf, present, type RawSearch, whole } from '../../routing/search'

export const TABS = ['logs', 'results', 'metrics', 'config', 'environment'] as const
export type Tab = (typeof TABS)[number]

export interface RunSearch {
  tab?: Tab
  /** Logs: this level and above. */
  level?: LogLevel
  /** Logs and results: the text to find. */
  q?: string
  /** Logs: `q` is a regular expression. */
  regex?: true
  /** Logs: the offset of the line that is looked at. */
  line?: number
  /** Logs: all lines are shown, with those that were searched for among them. */
  context?: true
  sort?: 'offset' | 'key' | 'timestamp' | 'size'
  order?: 'asc' | 'desc'
  /** Results: the offset of the one that is open. */
  result?: number
  /** Results: how the open one is shown; a tree where it is not said. */
  view?: 'table' | 'json'
  /** Metrics: the charts that show. */
  metric?: string[]
  scale?: 'log'
  smooth?: number
}

export function parseRunSearch(raw: RawSearch): RunSearch {
  return present({
    tab: oneOf(raw.tab, TABS),
    level: oneOf(raw.level, LOG_LEVELS),
    q: one(raw.q),
    regex: flag(raw.regex),
    line: whole(raw.line),
    context: flag(raw.context),
    sort: oneOf(raw.sort, ['offset', 'key', 'timestamp', 'size']),
    order: oneOf(raw.order, ['asc', 'desc']),
    result: whole(raw.result),
    view: oneOf(raw.view, ['table', 'json']),
    metric: many(raw.metric),
    scale: oneOf(raw.scale, ['log']),
    smooth: whole(raw.smooth),
  })
}
