/** Which neighbouring lines are shown as one row: repeats, and the states of a progress bar. */
import { formatJson } from '../../api/json'
import type { LogLine } from '../../api/types'

/** By place in the page: the place where the row of a line starts, and how many lines the row that starts there has. */
export interface Grouping {
  startOf: number[]
  span: number[]
}

/** `opened`: offsets of rows whose lines are shown one by one. */
export function group(
  lines: readonly (LogLine | undefined)[],
  base: number,
  opened: ReadonlySet<number>,
): Grouping {
  const startOf: number[] = []
  const span: number[] = []
  let start = 0
  for (let place = 0; place < lines.length; place++) {
    const line = lines[place]
    const joins = place > 0 && line && areAlike(lines[start], line) && !opened.has(base + start)
    if (!joins) start = place
    startOf[place] = start
    span[start] = place - start + 1
  }
  return { startOf, span }
}

export function isBar(line: LogLine): boolean {
  return line.metadata?.bar === true
}

export function isContinued(line: LogLine): boolean {
  return line.metadata?.continued === true
}

function areAlike(one: LogLine | undefined, other: LogLine): boolean {
  if (
    !one ||
    one.level !== other.level ||
    one.attempt !== other.attempt ||
    isContinued(one) ||
    isContinued(other)
  )
    return false
  if (isBar(one) && isBar(other)) return one.metadata?.source === other.metadata?.source
  if (one.message !== other.message) return false
  if (one.metadata === null || other.metadata === null) return one.metadata === other.metadata
  return formatJson(one.metadata) === formatJson(other.metadata)
}
